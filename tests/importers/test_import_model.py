from __future__ import annotations

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
