"""Interpolated colours for unknown pixels."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.photo.fill import fill_colours


def test_known_pixels_keep_their_colour_and_the_others_take_it():
    rgb = np.zeros((65, 47, 3), np.float32)
    weight = np.zeros((65, 47), np.float32)
    rgb[20:30, 5:15], weight[20:30, 5:15] = (0.8, 0.2, 0.1), 1
    filled = fill_colours(rgb, weight)
    assert filled == pytest.approx(np.broadcast_to([0.8, 0.2, 0.1], filled.shape), abs=1e-5)


def test_colours_change_smoothly_between_known_pixels():
    rgb = np.zeros((64, 64, 1), np.float32)
    weight = np.zeros((64, 64), np.float32)
    weight[:, 0] = weight[:, -1] = 1
    rgb[:, -1] = 1
    row = fill_colours(rgb, weight)[32, :, 0]
    assert row[0] == 0
    assert row[-1] == 1
    assert row[8] < 0.3 < 0.7 < row[55]
