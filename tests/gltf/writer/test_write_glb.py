from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from vitrine.gltf import Model, read_glb, write_glb
from vitrine.gltf.container import read_container

Validate = Callable[[list[Path]], list[dict[str, Any]]]


def test_every_array_and_material_is_read_back_exactly(models: dict[str, Model]) -> None:
    for name, model in models.items():
        back = read_glb(write_glb(model))
        assert len(back.meshes) == len(model.meshes), name
        for got, given in zip(back.meshes, model.meshes, strict=True):
            assert (got.triangles == given.triangles).all()
            for field in ("positions", "normals", "uvs", "tangents", "colors"):
                a, b = getattr(got, field), getattr(given, field)
                assert (a is None) == (b is None), (name, field)
                assert a is None or (a == b).all(), (name, field)
            assert back.materials[got.material] == model.materials[given.material], name


def test_the_khronos_validator_finds_nothing(
    models: dict[str, Model], khronos_validate: Validate, tmp_path: Path
) -> None:
    paths = []
    for number, model in enumerate(models.values()):
        paths.append(tmp_path / f"{number}.glb")
        paths[-1].write_bytes(write_glb(model))
    for path, verdict in zip(paths, khronos_validate(paths), strict=True):
        assert (verdict["errors"], verdict["warnings"]) == (0, 0), (path, verdict["messages"])


def test_core_gltf_needs_no_extension(models: dict[str, Model]) -> None:
    document = read_container(write_glb(models["plain"])).document
    assert "extensionsRequired" not in document
    assert "extensionsUsed" not in document
