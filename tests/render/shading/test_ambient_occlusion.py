"""Openness of places whose solid angles are known, and the shadow on the ground."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.gltf.model import Material
from vitrine.render.camera import Camera, fit_camera
from vitrine.render.quality import FINAL_QUALITY
from vitrine.render.rays.intersect import intersect
from vitrine.render.rays.sampling import TILE_PX, disc_light_directions, interleaved_index, sphere_samples
from vitrine.render.rays.surface_hit import interpolate
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.render.shading.ambient_occlusion import MAX_DISTANCE, ambient_occlusion, light_visibility
from vitrine.render.shading.ground_shadow import ground_shadow
from vitrine.render.shading.studio import Studio


def beneath(scene: Scene, x: float, z: float, height: float = 5.0):
    """A tile's worth of patches straight below a point."""
    count = TILE_PX * TILE_PX
    origins = np.tile(np.array([[x, height, z]], np.float32), (count, 1))
    directions = np.tile(np.array([[0, -1, 0]], np.float32), (count, 1))
    return interpolate(scene, intersect(scene, origins, directions), directions), np.arange(count)


def test_a_convex_body_is_open_everywhere(box):
    scene = Scene(box())
    surface_hit, places = beneath(scene, 0.2, 0.3)
    assert ambient_occlusion(scene, surface_hit, places, 32).tolist() == [1.0] * 16


def test_a_floor_beside_an_endless_wall_sees_half_the_dome(box, joined):
    floor = box((-50, -1, -50), (50, 0, 50))
    wall = box((-50, 0, -50), (0, 50, 50))
    scene = Scene(joined(floor, wall))
    surface_hit, places = beneath(scene, 0.02, 0.0)
    # A vertical wall hides half of the cosine-weighted hemisphere.
    assert ambient_occlusion(scene, surface_hit, places, 64).mean() == pytest.approx(0.5, abs=0.01)


def test_a_low_ceiling_hides_all_but_the_rays_that_end_below_it(box):
    scene = Scene(box((-1, -0.15, -1), (1, 0.15, 1)))
    count = TILE_PX * TILE_PX
    inside = np.zeros((count, 3), np.float32)
    down = np.tile(np.array([[0.01, -1, 0.02]], np.float32), (count, 1))
    surface_hit = interpolate(scene, intersect(scene, inside, down), down)
    # A ray at angle t from the normal is 2 cos(t) long, so it rises 2 cos²(t); cos² is evenly distributed.
    expected = 0.3 / (2 * MAX_DISTANCE * scene.diagonal_m)
    assert ambient_occlusion(scene, surface_hit, np.arange(count), 64).mean() == pytest.approx(
        expected, abs=0.01
    )
    assert (
        light_visibility(scene, surface_hit, np.array([0, 1, 0], np.float32), 0.2, np.arange(count), 8).max()
        == 0
    )


def test_half_a_lamp_behind_an_edge_is_half_seen(box, joined):
    scene = Scene(joined(box((-5, -1, -5), (5, 0, 5)), box((-5, 1, -5), (0, 1.01, 5))))
    count = TILE_PX * TILE_PX
    origins = np.tile(np.array([[0.0, 0.5, 0.0]], np.float32), (count, 1))
    down = np.tile(np.array([[0, -1, 0]], np.float32), (count, 1))
    surface_hit = interpolate(scene, intersect(scene, origins, down), down)
    up = np.array([0, 1, 0], np.float32)
    assert light_visibility(scene, surface_hit, up, 0.3, np.arange(count), 64).mean() == pytest.approx(
        0.5, abs=0.02
    )


def test_rays_are_spread_evenly_and_the_same_each_time():
    ball = sphere_samples(64).reshape(-1, 3)
    np.testing.assert_allclose(np.linalg.norm(ball, axis=1), 0.999, atol=1e-5)
    np.testing.assert_allclose(ball.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose((ball**2).mean(axis=0), 1 / 3, atol=0.01)
    up = np.array([0, 1, 0], np.float32)
    disc = disc_light_directions(up, 0.5, 64).reshape(-1, 3)
    spread = np.linalg.norm(disc[:, [0, 2]], axis=1)
    assert spread.max() <= 0.5
    assert (spread**2).mean() == pytest.approx(0.125, abs=0.005)
    assert sphere_samples(64).tobytes() == sphere_samples.__wrapped__(64).tobytes()
    assert interleaved_index(np.array([0, 5]), np.array([3, 6])).tolist() == [3, 6]


def test_a_corner_is_darker_than_the_open_in_the_picture(box, joined):
    floor, wall = box((-4, -0.2, -4), (4, 0, 4)), box((-4, 0, -4), (4, 3, -3.8))
    grey = Material(base_color_factor=(0.2, 0.2, 0.2, 1.0), metallic_factor=0.0)
    scene = Scene(dataclasses.replace(joined(floor, wall), materials=(grey, grey)))
    camera = fit_camera(scene.positions, yaw_deg=0, pitch_deg=35)
    view = render_image(scene, camera, 160, FINAL_QUALITY)
    corner = camera.project(np.array([[0, 0.0, -3.7]], np.float32))[0]
    open_ = camera.project(np.array([[0, 0.0, 3.0]], np.float32))[0]
    (cy, cx), (oy, ox) = (((int((1 - p[1]) * 80), int((1 + p[0]) * 80))) for p in (corner, open_))
    assert view.rgba[cy, cx, 0] < view.rgba[oy, ox, 0] - 15


def looking_down(scene: Scene) -> tuple[Camera, Studio]:
    camera = fit_camera(scene.positions, yaw_deg=0, pitch_deg=50, margin=0.3)
    return camera, Studio.around(camera)


def test_the_ground_is_dark_under_a_table_and_clear_far_away(box):
    scene = Scene(box((-1, 0.15, -1), (1, 0.3, 1)))
    scene.bounds_min[1] = 0  # it stands on legs too thin to draw
    camera, studio = looking_down(scene)
    dark = ground_shadow(scene, camera, studio, 128)
    spot = camera.project(np.zeros((1, 3), np.float32))[0]
    y, x = int((1 - spot[1]) * 64), int((1 + spot[0]) * 64)
    assert dark[y, x] > 0.45
    assert dark.max() <= 0.8
    for edge in (dark[0], dark[-1], dark[:, 0], dark[:, -1]):
        assert edge.max() < 0.01


def test_no_shadow_above_the_horizon(box):
    scene = Scene(box())
    camera = fit_camera(scene.positions, yaw_deg=0, pitch_deg=5, fov_deg=60)
    dark = ground_shadow(scene, camera, Studio.around(camera), 64)
    assert dark[:20].max() == 0
    assert dark.max() > 0.1
