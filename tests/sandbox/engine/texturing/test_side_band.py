"""Rasterising triangles with interpolated values, and sampling the two layers."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.texturing.side_band import _rasterise, _sample_layers


def test_two_triangles_cover_their_square_and_interpolate_linearly():
    square = np.array([[[2, 2], [12, 2], [12, 12]], [[2, 2], [12, 12], [2, 12]]], np.float32)
    values = np.concatenate([square, np.ones((2, 3, 1), np.float32)], axis=-1)
    covered = np.zeros((16, 16), int)
    for x, y, value in _rasterise(square, values, 16):
        covered[y, x] = 1
        assert value[:, 0] == pytest.approx(x + 0.5, abs=1e-4)
        assert value[:, 1] == pytest.approx(y + 0.5, abs=1e-4)
        assert value[:, 2] == pytest.approx(np.ones(len(x)), abs=1e-5)
    assert covered[2:12, 2:12].all()
    assert covered.sum() == 100


def test_the_third_value_mixes_front_and_back():
    front = np.zeros((20, 20, 3), np.uint8)
    front[:, 10:] = 200
    back = np.full((20, 20, 3), 100, np.uint8)
    value = np.array([[2, 8, 0], [15, 8, 0], [15, 8, 1], [15, 8, 0.5]], np.float32)
    assert _sample_layers((front, back), value, 0)[:, 0].tolist() == [0, 200, 100, 150]
    at_the_step = np.array([[10, 8, 0]], np.float32)
    assert _sample_layers((front, back), at_the_step, 0)[0, 0] == pytest.approx(100, abs=1)
