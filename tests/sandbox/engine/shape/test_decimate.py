"""Decimation to a number of triangles."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.shape.decimate import decimate
from vitrine.sandbox.engine.shape.surface import Surface


@pytest.fixture
def plane() -> Surface:
    """A plane of 20 × 20 squares, 800 triangles."""
    y, x = np.mgrid[0:21, 0:21]
    points = np.stack([x, y, np.zeros_like(x)], axis=-1).reshape(-1, 3).astype(np.float32)
    n = np.arange(441).reshape(21, 21)
    a, b, c, d = n[:-1, :-1], n[:-1, 1:], n[1:, 1:], n[1:, :-1]
    triangles = np.concatenate([np.stack(t, -1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))])
    return Surface(points, triangles)


def test_the_result_has_at_most_so_many_triangles_and_only_used_points(plane):
    small = decimate(plane, 100)
    assert 0 < len(small.triangles) <= 100
    assert np.array_equal(np.unique(small.triangles), np.arange(len(small.points)))
    a, b, c = (small.points[small.triangles[:, k]] for k in range(3))
    assert np.cross(b - a, c - a)[:, 2].sum() / 2 == pytest.approx(400)


def test_a_mesh_below_the_target_is_returned_as_it_is(plane):
    assert decimate(plane, 800) is plane
