from __future__ import annotations

import base64
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vitrine.errors import ModelError
from vitrine.gltf import Material, Mesh, Model, read_glb, write_glb
from vitrine.gltf.container import read_container
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_web_glb import write_web_glb
from vitrine.importers.import_model import import_glb, import_model


@pytest.fixture
def model(make_sphere: Any, make_texture: Any) -> Model:
    return Model((make_sphere(8),), (Material(base_color=make_texture(8), normal=make_texture(16)),))


def unpack(glb: bytes, folder: Path, *, data_uris: bool = False) -> Path:
    """A GLB as a .gltf with one .bin, and a file for each image."""
    container = read_container(glb)
    document, binary = container.document, bytes(container.binary)
    folder.mkdir(exist_ok=True)

    def reference(name: str, data: bytes) -> str:
        (folder / name).write_bytes(data)
        text = base64.b64encode(data).decode()
        return f"data:application/octet-stream;base64,{text}" if data_uris else name.replace(" ", "%20")

    for number, image in enumerate(document.get("images", [])):
        view = document["bufferViews"][image.pop("bufferView")]
        data = binary[view["byteOffset"] : view["byteOffset"] + view["byteLength"]]
        image["uri"] = reference(f"the image {number}.png", data)
    document["buffers"][0]["uri"] = reference("scene.bin", binary)
    (folder / "scene.gltf").write_text(json.dumps(document))
    return folder / "scene.gltf"


def assert_same(got: Model, expected: Model) -> None:
    assert got.materials == expected.materials
    for a, b in zip(got.meshes, expected.meshes, strict=True):
        assert np.array_equal(a.positions, b.positions)
        assert np.array_equal(a.triangles, b.triangles)


@pytest.mark.parametrize("data_uris", [False, True])
def test_a_gltf_is_read_as_its_glb(model: Model, tmp_path: Path, data_uris: bool) -> None:
    glb = write_glb(model)
    path = unpack(glb, tmp_path / "scene", data_uris=data_uris)
    imported = import_glb(path)
    assert imported.findings == ()
    assert_same(read_glb(imported.glb), read_glb(glb))


def test_a_compressed_gltf_keeps_its_fallback_buffer(model: Model, tmp_path: Path) -> None:
    glb = write_web_glb(model, QuantizationBits(14, 8, 12))
    imported = import_glb(unpack(glb, tmp_path / "scene"))
    assert_same(read_glb(imported.glb), read_glb(glb))
    assert len(read_container(imported.glb).document["buffers"]) == 2


def test_several_buffers_become_one(tmp_path: Path) -> None:
    corners = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], np.float32)
    document = {
        "asset": {"version": "2.0"},
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "buffers": [{"uri": "a.bin", "byteLength": 6}, {"uri": "b.bin", "byteLength": 36}],
        "bufferViews": [{"buffer": 1, "byteLength": 36}, {"buffer": 0, "byteLength": 6}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "type": "VEC3", "count": 3},
            {"bufferView": 1, "componentType": 5123, "type": "SCALAR", "count": 3},
        ],
    }
    (tmp_path / "a.bin").write_bytes(np.arange(3, dtype=np.uint16).tobytes())
    (tmp_path / "b.bin").write_bytes(corners.tobytes())
    (tmp_path / "two.gltf").write_text(json.dumps(document))
    mesh = import_model(tmp_path / "two.gltf").meshes[0]
    assert mesh.positions[mesh.triangles[0]].tolist() == corners.tolist()


def test_a_missing_image_leaves_its_texture_out(model: Model, tmp_path: Path) -> None:
    path = unpack(write_glb(model), tmp_path / "scene")
    (path.parent / "the image 1.png").unlink()
    imported = import_glb(path)
    assert [finding.code for finding in imported.findings] == ["TEXTURE_MISSING"]
    (material,) = read_glb(imported.glb).materials
    assert material.base_color == model.materials[0].base_color
    assert material.normal is None


def test_a_missing_buffer_is_refused(model: Model, tmp_path: Path) -> None:
    path = unpack(write_glb(model), tmp_path / "scene")
    (path.parent / "scene.bin").unlink()
    with pytest.raises(ModelError, match=r"scene.gltf needs 'scene.bin', which is not beside it"):
        import_glb(path)


@pytest.mark.parametrize("uri", ["../scene.bin", "/etc/hostname", "https://example.com/scene.bin", "\0"])
def test_nothing_outside_the_folder_is_read(model: Model, tmp_path: Path, uri: str) -> None:
    path = unpack(write_glb(model), tmp_path / "scene")
    shutil.move(path.parent / "scene.bin", tmp_path / "scene.bin")
    document = json.loads(path.read_text())
    document["buffers"][0]["uri"] = uri
    path.write_text(json.dumps(document))
    with pytest.raises(ModelError, match="not beside it"):
        import_glb(path)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"asset": {"version": "1.0"}}, "only glTF 2.x"),
        ({"buffers": [7]}, "not a well-formed"),
        ({"buffers": [{"uri": "scene.bin", "byteLength": 10**9}]}, "its file has"),
        ({"buffers": [{"uri": "scene.bin", "byteLength": -1}]}, "not an integer ≥ 0"),
        ({"bufferViews": [{"buffer": 0, "byteLength": 10**9}]}, "exceeds its buffer"),
        ({"images": [{"uri": 7}]}, "not a well-formed"),
    ],
)
def test_a_broken_document_is_refused(
    model: Model, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    path = unpack(write_glb(model), tmp_path / "scene")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(ModelError, match=says):
        import_glb(path)


def test_a_gltf_without_images(make_sphere: Any, tmp_path: Path) -> None:
    mesh: Mesh = make_sphere(8)
    path = unpack(write_glb(Model((mesh,))), tmp_path / "scene")
    assert import_model(path).triangle_count == len(mesh.triangles)
