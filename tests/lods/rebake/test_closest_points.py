from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from vitrine.gltf import Mesh, Model
from vitrine.lods.rebake.closest_points import closest_surface_points
from vitrine.render.scene import Scene

Make = Callable[..., Mesh]


def positions(fine: Scene, points: np.ndarray, normals: np.ndarray, search_m: float) -> np.ndarray:
    hit = closest_surface_points(fine, points.astype(np.float32), normals.astype(np.float32), search_m)
    a, b, c = (fine.positions[fine.triangles[hit.triangle, k]] for k in range(3))
    return a + hit.u[:, None] * (b - a) + hit.v[:, None] * (c - a)


def directions(count: int) -> np.ndarray:
    random = np.random.default_rng(1).normal(size=(count, 3))
    return random / np.linalg.norm(random, axis=1, keepdims=True)


def test_points_on_both_sides_of_a_surface_find_it_along_their_normals(make_sphere: Make) -> None:
    fine = Scene(Model((make_sphere(48),)))
    normals = directions(500)
    for radius in (0.95, 1.0, 1.04):
        found = positions(fine, normals * radius, normals, 0.1)
        assert np.linalg.norm(found - normals, axis=1).max() < 0.003


def test_the_inner_wall_is_not_taken_for_the_outer_one(make_sphere: Make) -> None:
    inner = make_sphere(48, radius=0.98)
    inner = replace(inner, triangles=inner.triangles[:, ::-1])  # faces inward, as the inside of a wall does
    fine = Scene(Model((make_sphere(48), inner)))
    normals = directions(500)
    # Nearer to the inner wall, but facing out.
    found = np.linalg.norm(positions(fine, normals * 0.985, normals, 0.1), axis=1)
    assert found.min() > 0.99
    found = np.linalg.norm(positions(fine, normals * 0.995, -normals, 0.1), axis=1)
    assert found.max() < 0.981


def test_what_no_ray_finds_is_the_nearest_that_faces_the_same_way(make_sphere: Make) -> None:
    fine = Scene(Model((make_sphere(48),)))
    beside = np.array([[1.5, 0.0, 0.0]])
    # Its ray passes above the ball.
    found = positions(fine, beside, np.array([[0.0, 1.0, 0.0]]), 0.1)[0]
    assert np.linalg.norm(found - (1, 0, 0)) < 0.05
