from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from vitrine.gltf import Model
from vitrine.importers.import_model import import_model


def codes(model: Model) -> list[str]:
    return [finding.code for finding in model.findings]


def test_a_missing_texture_is_a_finding(chair_obj: Path) -> None:
    (chair_obj.parent / "wood.png").unlink()
    model = import_model(chair_obj)
    assert "TEXTURE_MISSING" in codes(model)
    assert model.materials[0].base_color is None
    assert model.materials[0].base_color_factor == pytest.approx((0.5, 0.25, 1, 1), abs=0.003)


def test_a_broken_texture_is_a_finding(chair_obj: Path) -> None:
    (chair_obj.parent / "wood.png").write_bytes(b"no image")
    assert "TEXTURE_MISSING" in codes(import_model(chair_obj))


def test_a_missing_material_file_is_a_finding(chair_obj: Path) -> None:
    (chair_obj.parent / "chair.mtl").unlink()
    model = import_model(chair_obj)
    assert "MATERIALS_MISSING" in codes(model)
    assert model.triangle_count == 2


@pytest.mark.parametrize("name", ["C:\\Users\\me\\wood.png", "/home/me/wood.png", "-s 1 1 1 wood.png"])
def test_a_path_of_another_machine_is_looked_for_beside_the_model(
    chair_obj: Path, wood: bytes, name: str
) -> None:
    (chair_obj.parent / "chair.mtl").write_text(f"newmtl wood\nmap_Kd {name}\n")
    texture = import_model(chair_obj).materials[0].base_color
    assert texture is not None
    assert texture.data == wood


def test_nothing_outside_the_folder_is_read(chair_obj: Path, wood: bytes) -> None:
    (chair_obj.parent / "chair.mtl").write_text("newmtl wood\nmap_Kd ../secret.png\n")
    (chair_obj.parent.parent / "secret.png").write_bytes(wood)
    (chair_obj.parent / "wood.png").unlink()
    (chair_obj.parent / "secret.png").symlink_to("../secret.png")
    model = import_model(chair_obj)
    assert "TEXTURE_MISSING" in codes(model)
    assert model.materials[0].base_color is None


def test_opacity_makes_a_material_blend(chair_obj: Path) -> None:
    (chair_obj.parent / "chair.mtl").write_text("newmtl wood\nKd 1 0 0\nd 0.5\n")
    (material,) = import_model(chair_obj).materials
    assert (material.alpha_mode, material.base_color_factor[3]) == ("BLEND", 0.5)


def test_images_that_gltf_does_not_know_become_png(chair_obj: Path) -> None:
    Image.new("RGBA", (4, 4), (10, 20, 30, 40)).save(chair_obj.parent / "wood.tga")
    (chair_obj.parent / "chair.mtl").write_text("newmtl wood\nmap_Kd wood.tga\n")
    texture = import_model(chair_obj).materials[0].base_color
    assert texture is not None
    assert texture.media_type == "image/png"


def _material(folder: Path, *properties: str) -> Model:
    (folder / "chair.mtl").write_text("\n".join(("newmtl wood", *properties)))
    return import_model(folder / "chair.obj")


def test_the_pbr_extension_of_mtl_is_read(chair_obj: Path) -> None:
    (material,) = _material(chair_obj.parent, "Pr 0.25", "Pm 1", "Ke 0 0.5 2").materials
    assert (material.roughness_factor, material.metallic_factor) == (0.25, 1.0)
    assert material.emissive_factor == (0, 0.5, 1)
    (material,) = _material(chair_obj.parent, "Pr x", "Ke 1").materials
    assert (material.metallic_factor, material.emissive_factor) == (0, (0, 0, 0))


@pytest.mark.parametrize("opacity", ["d 0", "Tr 1"])
def test_an_invisible_material_is_opaque_with_a_finding(chair_obj: Path, opacity: str) -> None:
    model = _material(chair_obj.parent, "Kd 1 1 1", opacity)
    assert model.materials[0].base_color_factor[3] == 1
    assert model.materials[0].alpha_mode == "OPAQUE"
    assert "FILE_REPAIRED" in codes(model)


def test_a_material_without_a_colour_is_white(chair_obj: Path) -> None:
    assert _material(chair_obj.parent, "illum 2").materials[0].base_color_factor == (1, 1, 1, 1)
    (chair_obj.parent / "chair.mtl").unlink()
    assert import_model(chair_obj).materials[0].base_color_factor == (1, 1, 1, 1)


def test_vertex_colours_of_an_obj_with_uvs_are_read(tmp_path: Path) -> None:
    corners = ["v 0 0 0 1 0 0", "v 1 0 0 0 1 0", "v 0 1 0 0 0 1", "vt 0 0", "vt 1 0", "vt 0 1"]
    (tmp_path / "a.obj").write_text("\n".join([*corners, "f 1/1 2/2 3/3"]))
    colors = import_model(tmp_path / "a.obj").meshes[0].colors
    assert colors is not None
    assert colors.tolist() == [[1, 0, 0, 1], [0, 1, 0, 1], [0, 0, 1, 1]]
