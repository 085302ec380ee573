"""A closed surface around the silhouette, its limited thickness and its normals."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.sandbox.engine.photo.cutout import Cutout
from vitrine.sandbox.engine.shape.heightfields import Heightfields, sample_heightfields
from vitrine.sandbox.engine.shape.mesh_silhouette import mesh_silhouette
from vitrine.sandbox.engine.shape.surface import Surface, build_surface, limit_thickness, vertex_normals


@pytest.fixture(scope="module")
def fields() -> Heightfields:
    """The fields of a disc of radius 100 px."""
    y, x = np.mgrid[0:240, 0:240] - 119.5
    alpha = np.clip(100.5 - np.hypot(x, y), 0, 1).astype(np.float32)
    cutout = Cutout(np.full((240, 240, 3), 0.5, np.float32), alpha)
    return sample_heightfields(cutout, faces=20_000, resolution=1024, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def surface(fields: Heightfields) -> Surface:
    return build_surface(fields, mesh_silhouette(fields.level_set))


def test_every_edge_has_two_triangles_in_opposite_directions(surface):
    edges = surface.triangles[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    forward = set(map(tuple, edges.tolist()))
    assert len(forward) == len(edges)
    assert all(edge[::-1] in forward for edge in forward)


def test_it_encloses_a_positive_volume_around_the_silhouette(surface, fields):
    a, b, c = (surface.points[surface.triangles[:, k]].astype(np.float64) for k in range(3))
    volume = (a * np.cross(b, c)).sum() / 6
    low, high = surface.points.min(axis=0), surface.points.max(axis=0)
    assert 0 < volume < np.prod(high - low)
    assert high[:2] - low[:2] == pytest.approx([201, 201], abs=2)
    assert high[2] < 1.3 * fields.max_thickness_px
    assert low[2] > -1.3 * fields.max_thickness_px
    assert high[2] > -low[2] > 0


def test_the_limit_keeps_thin_parts_and_is_never_passed():
    half = np.array([0.0, 1, 10, 100, 10_000])
    limited = limit_thickness(half, 100)
    assert limited[:3] == pytest.approx(half[:3], rel=1e-3)
    assert (np.diff(limited) > 0).all()
    assert (limited <= 100).all()


def test_normals_are_unit_and_point_outwards(surface):
    normals = vertex_normals(surface)
    assert np.linalg.norm(normals, axis=1) == pytest.approx(np.ones(len(normals)), abs=1e-5)
    front = surface.points[:, 2] > 0.8 * surface.points[:, 2].max()
    assert (normals[front, 2] > 0).all()


def test_a_point_without_triangles_gets_a_normal_along_z():
    lonely = Surface(np.eye(4, 3, dtype=np.float32), np.array([[0, 1, 2]]))
    assert vertex_normals(lonely)[3].tolist() == [0, 0, 1]
