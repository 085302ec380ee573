from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import trimesh

from vitrine.errors import ModelError
from vitrine.gltf import Model
from vitrine.importers.import_model import import_model

SIZE = (1.0, 2.0, 3.0)


def extent(model: Model) -> list[float]:
    low, high = model.bounds
    return [round(float(side), 5) for side in high - low]


def codes(model: Model) -> list[str]:
    return [finding.code for finding in model.findings]


def test_an_obj_has_its_material_and_texture(chair_obj: Path, wood: bytes) -> None:
    model = import_model(chair_obj)
    assert (model.triangle_count, extent(model)) == (2, [1, 2, 0])
    (mesh,), (material,) = model.meshes, model.materials
    assert material.base_color is not None
    assert material.base_color.data == wood
    assert (material.name, material.base_color_factor) == ("wood", (1, 1, 1, 1))
    assert (material.metallic_factor, material.roughness_factor) == (0, pytest.approx((2 / 8) ** 0.25))
    # The texture's upper edge is at v = 1 in the OBJ and at v = 0 in glTF.
    assert mesh.uvs is not None
    assert np.allclose(mesh.uvs[:, 1], 1 - mesh.positions[:, 1] / 2)
    assert codes(model) == ["UNITS_ASSUMED", "MATERIAL_LEFT_OUT"]
    assert "map_bump" in model.findings[1].message


@pytest.mark.parametrize("suffix", [".stl", ".ply"])
def test_z_is_up_and_a_unit_is_a_metre(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"box{suffix}"
    path.write_bytes(trimesh.creation.box(SIZE).export(file_type=suffix[1:]))
    model = import_model(path)
    assert extent(model) == [1, 3, 2]
    assert codes(model) == ["UNITS_ASSUMED"]
    assert (model.triangle_count, model.vertex_count) == (12, 24)  # three normals a corner
    mesh = model.meshes[0]
    box = trimesh.Trimesh(mesh.positions, mesh.triangles, process=False)
    assert box.volume == pytest.approx(6)  # a mirrored one would have a negative volume


@pytest.mark.parametrize(("unit", "scale"), [("millimeter", 0.001), ("inch", 0.0254), ("meter", 1.0)])
def test_3mf_states_its_unit(tmp_path: Path, unit: str, scale: float) -> None:
    path = tmp_path / "box.3mf"
    data = trimesh.creation.box(SIZE).export(file_type="3mf")
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name).replace(b'unit="millimeter"', f'unit="{unit}"'.encode())
            new.writestr(name, text)
    assert extent(import_model(path)) == pytest.approx([1 * scale, 3 * scale, 2 * scale], abs=1e-5)


def test_colours_of_vertices_are_linear(tmp_path: Path) -> None:
    box = trimesh.creation.box(SIZE)
    box.visual.vertex_colors = np.tile([188, 0, 255, 255], (8, 1)).astype(np.uint8)
    (tmp_path / "box.ply").write_bytes(box.export(file_type="ply"))
    colors = import_model(tmp_path / "box.ply").meshes[0].colors
    assert colors is not None
    # sRGB level 188 is half the light of white (IEC 61966-2-1).
    assert colors[0].tolist() == pytest.approx([0.5, 0, 1, 1], abs=0.004)


def test_a_zip_of_an_obj(chair_obj: Path, tmp_path: Path, wood: bytes) -> None:
    # As Sketchfab packs them: the model and its textures in folders side by side.
    (chair_obj.parent / "textures").mkdir()
    shutil.move(chair_obj.parent / "wood.png", chair_obj.parent / "textures" / "wood.png")
    with zipfile.ZipFile(tmp_path / "chair.zip", "w") as archive:
        archive.write(chair_obj, "source/chair.obj")
        archive.write(chair_obj.parent / "chair.mtl", "source/chair.mtl")
        archive.write(chair_obj.parent / "textures" / "wood.png", "textures/wood.png")
        archive.writestr("__MACOSX/source/._chair.obj", b"")
    texture = import_model(tmp_path / "chair.zip").materials[0].base_color
    assert texture is not None
    assert texture.data == wood


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.obj", b"v 0 0 0\nv 1 0 0\n", "holds no triangle"),
        ("a.obj", b"", "holds no triangle"),
        ("a.stl", b"solid nothing\nendsolid\n", "no triangle|cannot be read as STL"),
        ("a.ply", b"not a ply", "cannot be read as PLY"),
        ("a.3mf", b"not a zip", "is no ZIP archive"),
        ("a.obj", b"v nan 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "not all finite"),
        ("a.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 9\n", "cannot be read as OBJ"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ModelError, match=says):
        import_model(tmp_path / name)


def test_normals_of_an_obj_are_kept(tmp_path: Path) -> None:
    lines = ["v 0 0 0", "v 1 0 0", "v 0 1 0", "vn 0.6 0 0.8", "vn 0 0.6 0.8", "vn 0 0 1", "f 1//1 2//2 3//3"]
    (tmp_path / "a.obj").write_text("\n".join(lines))
    normals = import_model(tmp_path / "a.obj").meshes[0].normals
    assert normals is not None
    assert np.abs(normals - [[0.6, 0, 0.8], [0, 0.6, 0.8], [0, 0, 1]]).max() < 1e-6


def test_parts_of_a_3mf_are_where_its_build_places_them(tmp_path: Path) -> None:
    scene = trimesh.Scene(trimesh.creation.box((1, 2, 3)))
    scene.apply_translation((10, 0, 0))
    scene.export(tmp_path / "a.3mf")
    positions = import_model(tmp_path / "a.3mf").meshes[0].positions
    assert np.abs(positions.mean(axis=0) - [0.01, 0, 0]).max() < 1e-6


@pytest.mark.parametrize("suffix", ["stl", "obj", "ply"])
def test_edges_of_a_file_without_normals_are_sharp(tmp_path: Path, suffix: str) -> None:
    data = trimesh.creation.box((1, 2, 3)).export(
        file_type=suffix, **({"include_normals": False} if suffix == "obj" else {})
    )
    (tmp_path / f"a.{suffix}").write_bytes(data if isinstance(data, bytes) else data.encode())
    (mesh,) = import_model(tmp_path / f"a.{suffix}").meshes
    assert mesh.normals is not None
    assert len(mesh.positions) == 24
    assert (np.abs(mesh.normals).max(axis=1) > 0.999).all()


def test_a_round_file_without_normals_is_smooth(tmp_path: Path) -> None:
    ball = trimesh.creation.icosphere(3)
    ball.export(tmp_path / "a.stl")
    (mesh,) = import_model(tmp_path / "a.stl").meshes
    assert len(mesh.positions) == len(ball.vertices)
