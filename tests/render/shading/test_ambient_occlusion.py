"""Visibility of points whose solid angles are known."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.render.rays.intersect import intersect
from vitrine.render.rays.sampling import TILE_PX
from vitrine.render.rays.surface_hit import interpolate
from vitrine.render.scene import Scene
from vitrine.render.shading.ambient_occlusion import MAX_DISTANCE, ambient_occlusion, light_visibility


def beneath(scene: Scene, x: float, z: float, height: float = 5.0):
    """Hits of a tile of pixels straight below a point."""
    count = TILE_PX * TILE_PX
    origins = np.tile(np.array([[x, height, z]], np.float32), (count, 1))
    directions = np.tile(np.array([[0, -1, 0]], np.float32), (count, 1))
    return interpolate(scene, intersect(scene, origins, directions), directions), np.arange(count)


def test_nothing_occludes_a_convex_body(box):
    scene = Scene(box())
    hit, index = beneath(scene, 0.2, 0.3)
    assert ambient_occlusion(scene, hit, index, 32).tolist() == [1.0] * 16


def test_a_floor_beside_an_endless_wall_sees_half_the_dome(box, joined):
    floor = box((-50, -1, -50), (50, 0, 50))
    wall = box((-50, 0, -50), (0, 50, 50))
    scene = Scene(joined(floor, wall))
    hit, index = beneath(scene, 0.02, 0.0)
    # A vertical wall hides half of the cosine-weighted hemisphere.
    assert ambient_occlusion(scene, hit, index, 64).mean() == pytest.approx(0.5, abs=0.01)


def test_a_low_ceiling_hides_all_but_the_rays_that_end_below_it(box):
    scene = Scene(box((-1, -0.15, -1), (1, 0.15, 1)))
    count = TILE_PX * TILE_PX
    inside = np.zeros((count, 3), np.float32)
    down = np.tile(np.array([[0.01, -1, 0.02]], np.float32), (count, 1))
    hit = interpolate(scene, intersect(scene, inside, down), down)
    # A ray at angle t from the normal is 2 cos(t) long, so it rises 2 cos²(t); cos² is evenly distributed.
    expected = 0.3 / (2 * MAX_DISTANCE * scene.diagonal_m)
    assert ambient_occlusion(scene, hit, np.arange(count), 64).mean() == pytest.approx(expected, abs=0.01)
    assert light_visibility(scene, hit, np.array([0, 1, 0], np.float32), 0.2, np.arange(count), 8).max() == 0


def test_half_of_a_light_behind_an_edge_is_visible(box, joined):
    scene = Scene(joined(box((-5, -1, -5), (5, 0, 5)), box((-5, 1, -5), (0, 1.01, 5))))
    count = TILE_PX * TILE_PX
    origins = np.tile(np.array([[0.0, 0.5, 0.0]], np.float32), (count, 1))
    down = np.tile(np.array([[0, -1, 0]], np.float32), (count, 1))
    hit = interpolate(scene, intersect(scene, origins, down), down)
    up = np.array([0, 1, 0], np.float32)
    assert light_visibility(scene, hit, up, 0.3, np.arange(count), 64).mean() == pytest.approx(0.5, abs=0.02)
