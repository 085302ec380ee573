from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vitrine.gltf import Model, read_glb
from vitrine.gltf.container import read_container
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_web_glb import write_web_glb

Validate = Callable[[list[Path]], list[dict[str, Any]]]
BITS = QuantizationBits(position=14, normal=8, uv=12)


def test_values_are_read_back_within_half_a_step_of_the_grid(models: dict[str, Model]) -> None:
    for name, model in models.items():
        back = read_glb(write_web_glb(model, BITS))
        assert back.triangle_count == model.triangle_count
        step = float(np.max(model.bounds[1] - model.bounds[0])) / (2**14 - 1)
        by_material = sorted(model.meshes, key=lambda mesh: mesh.material)
        for got, given in zip(back.meshes, by_material, strict=True):
            a, b = got.positions[got.triangles], given.positions[given.triangles]
            # The encoder may rotate a triangle's corners.
            first = np.abs(a[:, None, 0] - b).max(axis=2).argmin(axis=1)
            corners = np.take_along_axis(got.triangles, (np.arange(3) - first[:, None]) % 3, axis=1)
            assert np.abs(got.positions[corners] - b).max() <= 0.51 * step + 1e-7, name
            if given.uvs is not None:
                assert got.uvs is not None
                span = max(1.0, float(given.uvs.max()))
                assert np.abs(got.uvs[corners] - given.uvs[given.triangles]).max() < 0.51 * span / 4095
            if given.normals is not None:
                assert got.normals is not None
                dots = np.einsum("ijk,ijk->ij", got.normals[corners], given.normals[given.triangles])
                assert dots.min() > 0.9995, name
            if given.tangents is not None:
                assert got.tangents is not None
                assert (got.tangents[:, 3] == -1).all()


def test_the_khronos_validator_finds_nothing(
    models: dict[str, Model], khronos_validate: Validate, tmp_path: Path
) -> None:
    paths = []
    for number, model in enumerate(models.values()):
        paths.append(tmp_path / f"{number}.glb")
        paths[-1].write_bytes(write_web_glb(model, BITS))
    for path, verdict in zip(paths, khronos_validate(paths), strict=True):
        assert (verdict["errors"], verdict["warnings"]) == (0, 0), (path, verdict["messages"])


def test_what_a_reader_needs(models: dict[str, Model]) -> None:
    document = read_container(write_web_glb(models["webp"], BITS)).document
    assert set(document["extensionsRequired"]) == {
        "EXT_meshopt_compression",
        "EXT_texture_webp",
        "KHR_mesh_quantization",
        "KHR_texture_transform",
    }
    assert document["nodes"][0] == {"name": "model", "children": [1]}  # the root has no transform
