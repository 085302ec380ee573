"""Gaussian blur, exact for small sigmas and close for large ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from vitrine.sandbox.engine.photo.blur import blur


@pytest.mark.parametrize(("sigma", "tolerance"), [(1.5, 1e-6), (12.0, 0.02), (40.0, 0.02)])
def test_it_agrees_with_an_exact_gaussian(sigma, tolerance):
    field = np.zeros((200, 160), np.float32)
    field[60:120, 50:100] = 1
    exact = ndimage.gaussian_filter(field, sigma, mode="nearest", truncate=3)
    assert blur(field, sigma) == pytest.approx(exact, abs=tolerance)


def test_a_constant_field_keeps_its_value():
    assert blur(np.full((50, 70), 0.4, np.float32), 20) == pytest.approx(np.full((50, 70), 0.4), abs=1e-5)
