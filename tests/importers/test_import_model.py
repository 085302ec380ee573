from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from vitrine.errors import ModelError
from vitrine.gltf import Mesh, Model, write_glb
from vitrine.importers.import_model import import_glb


@pytest.fixture
def glb(make_sphere: Callable[..., Mesh]) -> bytes:
    return write_glb(Model((make_sphere(4),)))


def test_a_glb_stays_as_it_is(glb: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.GLB").write_bytes(glb)
    (tmp_path / "download").write_bytes(glb)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("models/a.glb", glb)
    for name in ("a.GLB", "download", "a.zip"):
        assert import_glb(tmp_path / name).glb == glb


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("chair.fbx", "chair.fbx: FBX is not read: export it as .glb"),
        ("chair.blend", "Blender files are not read"),
        ("chair", "chair is an FBX file.*; .glb, .gltf, .obj, .3mf, .ply, .stl and .zip are read"),
    ],
)
def test_other_files_are_named_with_the_way_to_convert_them(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / name).write_bytes(b"Kaydara FBX Binary")
    with pytest.raises(ModelError, match=says):
        import_glb(tmp_path / name)


def test_content_decides_and_not_the_suffix(tmp_path: Path) -> None:
    (tmp_path / "a.glb").write_text('{"asset": {"version": "2.0"}}')
    assert import_glb(tmp_path / "a.glb").glb.startswith(b"glTF")


def test_a_glb_is_read_under_the_name_of_a_gltf(glb: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.gltf").write_bytes(glb)
    assert import_glb(tmp_path / "a.gltf").glb == glb


def test_a_zip_is_read_under_the_name_of_a_glb(glb: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.glb", "w") as archive:
        archive.writestr("vase.glb", glb)
    assert import_glb(tmp_path / "a.glb").glb == glb


def test_a_gltf_in_utf_16_is_read(tmp_path: Path) -> None:
    document = {"asset": {"version": "2.0"}}
    (tmp_path / "a.gltf").write_text(json.dumps(document), encoding="utf-16")
    assert [found.code for found in import_glb(tmp_path / "a.gltf").findings] == ["FILE_REPAIRED"]


def test_a_gltf_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.gltf").write_bytes('{"asset": {"generator": "Möbel"}}'.encode("cp1252"))
    with pytest.raises(ModelError, match="not UTF-8: byte 26"):
        import_glb(tmp_path / "a.gltf")
