from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.gltf import Mesh
from vitrine.gltf.writer.quantization import position_grid, uv_grid


def test_values_are_within_half_a_step() -> None:
    values = np.random.default_rng(0).uniform(-3, 5, (1000, 3)).astype(np.float32)
    grid = position_grid(values.min(axis=0), values.max(axis=0), 12)
    back = grid.low + grid.step * grid.quantize(values)
    assert np.abs(back - values).max() <= 0.5 * grid.step[0] + 1e-6
    assert len(set(grid.step.tolist())) == 1


def test_a_single_point_has_a_grid() -> None:
    point = np.ones((1, 3), np.float32)
    grid = position_grid(point[0], point[0], 14)
    assert grid.quantize(point).tolist() == [[0, 0, 0]]


def test_uvs_of_many_tiles_get_more_bits(make_sheet: Callable[..., Mesh]) -> None:
    one, many = uv_grid([make_sheet(5)], 12), uv_grid([make_sheet(5, uv_scale=5)], 12)
    assert one is not None
    assert many is not None
    assert (one.bits, many.bits) == (12, 15)
    assert many.step.max() <= one.step.max()
