"""Charts: every triangle is in one, inside its rectangle, and rectangles do not overlap."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.shape.surface import Surface, vertex_normals
from vitrine.sandbox.engine.texturing.compute_charts import (
    BACK,
    FRONT,
    GUTTER,
    LEFT,
    LOWER,
    RIGHT,
    UPPER,
    compute_charts,
)


@pytest.fixture(scope="module")
def sphere() -> Surface:
    """A sphere of radius 100 in a grid of latitudes and longitudes, its poles on the z axis."""
    lat, lon = np.meshgrid(
        np.linspace(0, np.pi, 60)[1:-1], np.linspace(0, 2 * np.pi, 96, endpoint=False), indexing="ij"
    )
    ring = np.stack([np.sin(lat) * np.cos(lon), np.sin(lat) * np.sin(lon), np.cos(lat)], axis=-1)
    points = np.concatenate([ring.reshape(-1, 3), [[0, 0, 1], [0, 0, -1]]]) * 100
    n = np.arange(58 * 96).reshape(58, 96)
    east = np.roll(n, -1, axis=1)
    quads = [np.stack([n[:-1], n[1:], east[1:]], -1), np.stack([n[:-1], east[1:], east[:-1]], -1)]
    caps = [
        np.stack([np.full(96, 58 * 96), n[0], east[0]], -1),
        np.stack([np.full(96, 58 * 96 + 1), east[-1], n[-1]], -1),
    ]
    triangles = np.concatenate([part.reshape(-1, 3) for part in (*quads, *caps)])
    return Surface((points - [0, 200, 0]).astype(np.float32), triangles)


def test_a_sphere_is_segmented_by_direction_and_every_vertex_is_inside_its_rectangle(sphere):
    normals = vertex_normals(sphere)
    assert (normals * (sphere.points - np.array([0, -200, 0])) / 100).sum(axis=1) == pytest.approx(
        1, abs=1e-3
    )
    charts = compute_charts(sphere, normals, 1024)
    assert len(charts.triangles) == len(sphere.triangles)
    assert np.array_equal(charts.source[charts.triangles], sphere.triangles)
    assert set(charts.kind) == {FRONT, BACK, RIGHT, LEFT, UPPER, LOWER}
    x, y, width, height = charts.rectangles[charts.chart].T[:, :, None]
    u, v = charts.texels[charts.triangles].transpose(2, 0, 1)
    assert (u >= x + GUTTER - 1e-3).all()
    assert (v >= y + GUTTER - 1e-3).all()
    assert (u <= x + width - GUTTER + 1e-3).all()
    assert (v <= y + height - GUTTER + 1e-3).all()
    used = np.zeros((1024, 1024), int)
    for left, top, across, down in charts.rectangles.tolist():
        used[top : top + down, left : left + across] += 1
    assert used.max() == 1


def test_no_chart_overlaps_itself(sphere):
    """All triangles of a chart have the same winding in the texture."""
    normals = vertex_normals(sphere)
    charts = compute_charts(sphere, normals, 1024)
    a, b, c = (charts.texels[charts.triangles[:, k]].astype(np.float64) for k in range(3))
    turn = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    solid = np.abs(turn) > 1e-3
    for chart in range(len(charts.kind)):
        turns = np.sign(turn[(charts.chart == chart) & solid])
        assert len(set(turns.tolist())) <= 1
