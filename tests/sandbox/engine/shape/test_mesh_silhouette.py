"""Marching squares: every case, a border on the contour, and closed border loops."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.shape.mesh_silhouette import mesh_silhouette


def area(silhouette, nx: int) -> float:
    rows, columns = np.divmod(silhouette.nodes, nx)
    points = np.concatenate([np.stack([columns, rows], axis=-1), silhouette.contour])
    a, b, c = (points[silhouette.triangles[:, k]] for k in range(3))
    signed = (b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]
    assert (signed < 0).all(), "counter-clockwise in an image whose y axis points down"
    return float(-signed.sum() / 2)


def test_area_of_a_disc_is_exact_to_a_thousandth():
    y, x = np.mgrid[0:120, 0:120] - 59.5
    silhouette = mesh_silhouette((50.2 - np.hypot(x, y)).astype(np.float32))
    assert area(silhouette, 120) == pytest.approx(np.pi * 50.2**2, rel=1e-3)


def test_random_fields_use_every_case_and_close_their_borders():
    rng = np.random.default_rng(1)
    level = rng.uniform(-1, 1, (60, 60)).astype(np.float32)
    level[[0, -1]] = level[:, [0, -1]] = -1
    silhouette = mesh_silhouette(level)
    area(silhouette, 60)
    n = len(silhouette.nodes) + len(silhouette.contour)
    edges = silhouette.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    forward = set(map(tuple, edges.tolist()))
    assert len(forward) == len(edges), "every directed edge belongs to one triangle"
    border = [edge for edge in forward if edge[::-1] not in forward]
    assert all(min(edge) >= len(silhouette.nodes) for edge in border)
    starts, ends = (
        np.bincount([e[0] for e in border], minlength=n),
        np.bincount([e[1] for e in border], minlength=n),
    )
    assert np.array_equal(starts, ends)
    assert starts.max() == 1
