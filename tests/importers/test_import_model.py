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


@pytest.mark.parametrize("name", ["chair.fbx", "chair"])
def test_other_files_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"Kaydara FBX Binary")
    with pytest.raises(ModelError, match=f"{name}: .glb, .gltf, .obj, .3mf, .ply, .stl and .zip are read"):
        import_glb(tmp_path / name)
