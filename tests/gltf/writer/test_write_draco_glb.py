from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vitrine.gltf import Mesh, Model, read_glb
from vitrine.gltf.writer.quantization import QuantizationBits
from vitrine.gltf.writer.write_draco_glb import write_draco_glb

pytest.importorskip("DracoPy")

BITS = QuantizationBits(position=14, normal=8, uv=12)


def bowl(side: int = 30) -> Mesh:
    t = np.linspace(-1, 1, side, dtype=np.float32)
    x, z = np.meshgrid(t, t)
    y = x * x + z * z
    normals = np.stack([-2 * x, np.ones_like(x), -2 * z], -1).reshape(-1, 3)
    grid = np.arange(side * side, dtype=np.uint32).reshape(side, side)
    a, b, c, d = grid[:-1, :-1], grid[1:, :-1], grid[1:, 1:], grid[:-1, 1:]
    return Mesh(
        positions=np.stack([x, y, z], -1).reshape(-1, 3),
        triangles=np.concatenate([np.stack([a, b, c], -1), np.stack([a, c, d], -1)]).reshape(-1, 3),
        normals=(normals / np.linalg.norm(normals, axis=1, keepdims=True)).astype(np.float32),
        uvs=np.stack([(x + 1) / 2, (z + 1) / 2], -1).reshape(-1, 2),
    )


def test_values_are_read_back_within_the_quantization_step() -> None:
    given = bowl()
    got = read_glb(write_draco_glb(Model((given,)), BITS)).meshes[0]
    assert len(got.triangles) == len(given.triangles)
    x, y, z = got.positions.T
    assert np.abs(y - x * x - z * z).max() < 5e-4
    assert got.uvs is not None
    assert np.abs(got.uvs - np.stack([(x + 1) / 2, (z + 1) / 2], -1)).max() < 5e-4
    assert got.normals is not None
    exact = np.stack([-2 * x, np.ones_like(x), -2 * z], -1)
    exact /= np.linalg.norm(exact, axis=1, keepdims=True)
    assert np.einsum("ij,ij->i", got.normals, exact).min() > 0.999


def test_tangents_and_colours_are_written(
    khronos_validate: Callable[[list[Path]], list[dict[str, Any]]], tmp_path: Path
) -> None:
    given = bowl()
    assert given.normals is not None
    # Colours that encode x identify vertices, whose order Draco changes.
    tangents = np.column_stack([np.cross(given.normals, [0, 0, 1]), np.ones(len(given.normals))])
    tangents[:, :3] /= np.linalg.norm(tangents[:, :3], axis=1, keepdims=True)
    level = (given.positions[:, :1] + 1) / 2
    colors = np.concatenate([level, 1 - level, level, np.ones_like(level)], axis=1).astype(np.float32)
    model = Model((replace(given, tangents=tangents.astype(np.float32), colors=colors),))
    (tmp_path / "bowl.glb").write_bytes(write_draco_glb(model, BITS))
    got = read_glb((tmp_path / "bowl.glb").read_bytes()).meshes[0]
    assert got.tangents is not None
    assert got.normals is not None
    assert got.colors is not None
    assert np.abs(np.einsum("ij,ij->i", got.tangents[:, :3], got.normals)).max() < 0.03
    assert (got.tangents[:, 3] == 1).all()
    assert np.abs(got.colors[:, 0] - (got.positions[:, 0] + 1) / 2).max() < 0.005
    (verdict,) = khronos_validate([tmp_path / "bowl.glb"])
    assert (verdict["errors"], verdict["warnings"]) == (0, 0), verdict["messages"]


def test_the_khronos_validator_finds_nothing(
    khronos_validate: Callable[[list[Path]], list[dict[str, Any]]], tmp_path: Path
) -> None:
    (tmp_path / "bowl.glb").write_bytes(write_draco_glb(Model((bowl(),)), BITS))
    (verdict,) = khronos_validate([tmp_path / "bowl.glb"])
    assert (verdict["errors"], verdict["warnings"]) == (0, 0), verdict["messages"]
