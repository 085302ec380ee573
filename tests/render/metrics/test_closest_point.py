"""Distances to surfaces, against arithmetic and against trying every triangle."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.gltf.model import Mesh, Model
from vitrine.render.metrics.closest_point import ProximityQuery
from vitrine.render.scene import Scene


def by_brute_force(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Least distance over a fine grid inside every triangle; never below the truth."""
    steps = np.linspace(0, 1, 41)
    u, v = (a.ravel() for a in np.meshgrid(steps, steps))
    u, v = u[u + v <= 1 + 1e-9], v[u + v <= 1 + 1e-9]
    grid = np.concatenate(
        [(1 - u - v)[:, None] * a + u[:, None] * b + v[:, None] * c for a, b, c in corners.astype(float)]
    )
    return np.array([np.sqrt(np.square(grid - point).sum(axis=1).min()) for point in points])


def test_a_sphere_is_as_far_as_its_radius_says(sphere):
    near = ProximityQuery(Scene(sphere(rings=64)))
    rng = np.random.default_rng(6)
    points = rng.normal(size=(400, 3))
    expected = np.abs(np.linalg.norm(points, axis=1) - 1)
    np.testing.assert_allclose(near.distance(points), expected, atol=1 - np.cos(np.pi / 64))


def test_a_square_has_faces_edges_and_corners(square):
    near = ProximityQuery(Scene(square()))
    points = np.array([[0.3, -0.2, 0.5], [0, 0, 0], [3, 0.1, 0], [2, 2, 0], [-2, -2, 1], [0.5, 0.5, -2]])
    np.testing.assert_allclose(near.distance(points), [0.5, 0, 2, 2**0.5, 3**0.5, 2], atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_slivers_do_not_fool_it(seed):
    """Long thin triangles across short ones, where the nearest middle is rarely the nearest triangle."""
    rng = np.random.default_rng(seed)
    corners = np.concatenate(
        [
            rng.uniform(-1, 1, (6, 1, 3)) + rng.uniform(-1, 1, (6, 3, 3)) * [1.5, 0.02, 0.02],
            rng.uniform(-1, 1, (40, 1, 3)) + rng.uniform(-0.05, 0.05, (40, 3, 3)),
        ]
    ).astype(np.float32)
    mesh = Mesh(corners.reshape(-1, 3), np.arange(138, dtype=np.uint32).reshape(-1, 3))
    points = rng.uniform(-1.5, 1.5, (60, 3))
    found = ProximityQuery(Scene(Model((mesh,)))).distance(points)
    tried = by_brute_force(points, corners)
    assert (found <= tried + 1e-9).all()
    np.testing.assert_allclose(found, tried, atol=0.03)


def test_degenerate_triangles_are_points_and_lines():
    positions = np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0], [0, 5, 0]], np.float32)
    triangles = np.array([[0, 1, 2], [3, 3, 3]], np.uint32)
    near = ProximityQuery(Scene(Model((Mesh(positions, triangles),))))
    np.testing.assert_allclose(
        near.distance(np.array([[1.5, 1, 0], [3, 0, 0], [0, 5, 2]])), [1, 1, 2], atol=1e-9
    )
