"""Rays meet what geometry says they meet."""

from __future__ import annotations

import numpy as np

from vitrine.render.rays.intersect import intersect, occluded
from vitrine.render.scene import Scene

DOWN = np.array([[0, 0, -1]], np.float32)


def test_a_hit_gives_the_point_back(sphere):
    scene = Scene(sphere(rings=24))
    rng = np.random.default_rng(1)
    directions = rng.normal(size=(500, 3)).astype(np.float32)
    origins = -3 * directions / np.linalg.norm(directions, axis=1, keepdims=True)
    hit = intersect(scene, origins.astype(np.float32), directions)
    assert hit.mask.all()
    a, b, c = scene.positions[scene.triangles[hit.triangle]].transpose(1, 0, 2)
    u, v = hit.u[:, None], hit.v[:, None]
    on_triangle = (1 - u - v) * a + u * b + v * c
    on_ray = origins + directions * hit.distance[:, None]
    np.testing.assert_allclose(on_triangle, on_ray, atol=2e-6)
    # 24 rings: the facets lie within 1 - cos(3.75°) of the sphere.
    radius = np.linalg.norm(on_ray, axis=1)
    assert radius.max() <= 1 + 1e-6
    assert radius.min() >= np.cos(np.pi / 24)


def test_misses_are_infinite(square):
    hit = intersect(Scene(square()), np.array([[2, 2, 1]], np.float32), DOWN)
    assert not hit.mask.any()
    assert np.isinf(hit.distance).all()


def test_triangles_are_numbered_through_all_meshes(square, joined):
    scene = Scene(joined(square(z=0.0), square(z=1.0)))
    hit = intersect(
        scene, np.array([[0.5, -0.5, 3], [0.5, -0.5, 0.5]], np.float32), np.repeat(DOWN, 2, axis=0)
    )
    assert scene.mesh_of_triangle[hit.triangle].tolist() == [1, 0]
    np.testing.assert_allclose(hit.distance, [2, 0.5])


def test_max_distance_ends_an_occlusion_ray(square):
    origins = np.array([[0, 0, 1]], np.float32)
    scene = Scene(square())
    assert occluded(scene, origins, DOWN, 1.1).tolist() == [True]
    assert occluded(scene, origins, DOWN, 0.9).tolist() == [False]
    assert occluded(scene, origins, -DOWN, 9).tolist() == [False]


def test_no_rays_no_hits(square):
    none = np.empty((0, 3), np.float32)
    scene = Scene(square())
    assert len(intersect(scene, none, none).triangle) == 0
    assert len(occluded(scene, none, none, 1.0)) == 0


def test_no_ray_slips_between_triangles(sphere):
    """Embree's default mode loses 3 % of these."""
    scene = Scene(sphere(rings=40))
    rng = np.random.default_rng(0)
    edges = scene.positions[scene.triangles[rng.integers(0, len(scene.triangles), 20_000)]]
    along = rng.random((20_000, 1)).astype(np.float32)
    targets = edges[:, 0] * along + edges[:, 1] * (1 - along)
    assert intersect(scene, np.zeros_like(targets), targets).mask.all()
