"""Inflation against the analytic solutions of Poisson's equation."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.shape.inflate_heightfield import inflate_heightfield


def disc(side: int, radius: float) -> np.ndarray:
    y, x = np.mgrid[0:side, 0:side] - (side - 1) / 2
    return np.clip(radius - np.hypot(x, y), -0.5, 0.5).astype(np.float32)


def test_a_disc_becomes_half_an_ellipsoid():
    side, radius = 201, 80.0
    level = disc(side, radius)
    u = inflate_heightfield(level)
    y, x = np.mgrid[0:side, 0:side] - (side - 1) / 2
    exact = np.maximum(radius**2 - x**2 - y**2, 0) / 2
    assert np.abs(u - exact).max() < 0.02 * exact.max()


def test_a_strip_becomes_a_half_cylinder_as_thick_as_it_is_wide():
    x = np.arange(61) - 30.0
    level = np.tile(np.clip(10.3 - np.abs(x), -1, 1).astype(np.float32), (400, 1))
    level[[0, -1]] = -0.5
    u = inflate_heightfield(level)
    assert np.sqrt(u[200]).max() == pytest.approx(10.3, rel=0.03)
    assert np.sqrt(u[200, 30 + 5]) == pytest.approx(np.sqrt(10.3**2 - 25), rel=0.03)


def test_the_side_has_no_steps():
    """Nodes just inside a slanted edge rise with their distance to it, not with the grid."""
    y, x = np.mgrid[0:200, 0:200].astype(np.float32)
    distance = 40.001 - np.abs(0.894 * (x - 100) + 0.447 * (y - 100))
    level = np.minimum(distance, 80.5 - np.abs(y - 100))
    u = inflate_heightfield(np.clip(level, -0.5, 0.5).astype(np.float32))
    side = (distance > 0.05) & (distance < 1.2) & (np.abs(y - 100) < 20)
    assert side.sum() > 60
    slope = u[side] / distance[side]
    assert slope.mean() == pytest.approx(2 * 40, rel=0.1)
    assert slope.std() / slope.mean() < 0.2


def test_it_is_zero_outside_and_does_not_change_its_argument():
    level = disc(64, 20)
    before = level.copy()
    u = inflate_heightfield(level)
    assert (u[level <= 0] == 0).all()
    assert (u[level > 0] > 0).all()
    assert np.array_equal(level, before)
