"""Distances to surfaces, against arithmetic and against trying every triangle."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.gltf.model import Mesh, Model
from vitrine.render.metrics.closest_point import ProximityQuery
from vitrine.render.metrics.surface_distance import SurfaceDistance, sample_surface, surface_distance
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


def test_samples_lie_on_the_surface_evenly_and_the_same_each_time(square, joined):
    small = square(z=1.0)
    mesh = dataclasses.replace(small.meshes[0], positions=small.meshes[0].positions * np.float32(0.5))
    scene = Scene(joined(square(), Model((mesh,), small.materials)))
    points = sample_surface(scene, 3, 5000)
    assert np.abs(ProximityQuery(scene).distance(points)).max() < 1e-7
    # The small square has a quarter of the large one's area.
    assert (points[:, 2] > 0).mean() == pytest.approx(0.2, abs=1e-3)
    np.testing.assert_allclose(points[points[:, 2] == 0].mean(axis=0), 0, atol=0.03)
    assert points.tobytes() == sample_surface(scene, 3, 5000).tobytes()
    assert points.tobytes() != sample_surface(scene, 4, 5000).tobytes()


def test_offset_surfaces_are_their_offset_apart(square):
    scene, above = Scene(square()), Scene(square(z=0.01))
    for one, other in ((scene, above), (above, scene)):
        apart = surface_distance(sample_surface(one, 0), ProximityQuery(other), 2.0)
        assert (apart.rms_m, apart.p95_m, apart.max_m) == pytest.approx((0.01, 0.01, 0.01), rel=1e-5)
        assert apart.max_percent == pytest.approx(0.5, rel=1e-5)


def test_distances_are_summed_up():
    said = SurfaceDistance.from_samples(np.array([0.0] * 90 + [1.0] * 10), diagonal_m=4.0)
    assert said.rms_m == pytest.approx(0.1**0.5)
    assert (said.p95_m, said.max_m, said.max_percent) == (1.0, 1.0, 25.0)


def test_what_is_lost_and_what_is_added_are_told_apart(square, joined):
    """A piece that the level lacks is far from it; one that it adds is far from the source."""
    whole, part = Scene(joined(square(), square(z=2.0))), Scene(square())
    lost = surface_distance(sample_surface(whole, 0), ProximityQuery(part), 1.0)
    added = surface_distance(sample_surface(part, 0), ProximityQuery(whole), 1.0)
    assert lost.max_m == pytest.approx(2)
    assert lost.rms_m == pytest.approx(2**0.5, rel=1e-3)
    assert added.max_m == pytest.approx(0, abs=1e-7)
