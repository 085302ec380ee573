"""What is seen at pixels, against the rays through their centres."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.gltf.model import Mesh, Model
from vitrine.render.camera import Camera, fit_camera, pixel_grid
from vitrine.render.rays.intersect import intersect, visible
from vitrine.render.scene import Scene

SIZE_PX = 96


def random_scene(seed: int) -> Scene:
    """Triangles of all sizes, slivers and degenerate ones among them."""
    rng = np.random.default_rng(seed)
    size = 10 ** rng.uniform(-3, 0.3, (300, 1, 1))
    corners = rng.uniform(-1, 1, (300, 1, 3)) + rng.uniform(-1, 1, (300, 3, 3)) * size
    corners[:20, 2] = corners[:20, 1] + 1e-4 * rng.uniform(-1, 1, (20, 3))
    corners[20:25, 1] = corners[20:25, 0]
    positions = corners.reshape(-1, 3).astype(np.float32)
    return Scene(Model((Mesh(positions, np.arange(len(positions), dtype=np.uint32).reshape(-1, 3)),)))


def by_rays(scene: Scene, camera: Camera):
    return intersect(scene, *camera.rays(pixel_grid(SIZE_PX)))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("fov_deg", [0.0, 30.0, 100.0])
def test_pixels_see_what_rays_through_their_centres_hit(seed, fov_deg):
    scene = random_scene(seed)
    camera = fit_camera(scene.points, yaw_deg=40.0 * seed, pitch_deg=20, fov_deg=fov_deg)
    seen, hit = visible(scene, camera, SIZE_PX), by_rays(scene, camera)
    same = seen.triangle == hit.triangle
    assert same.mean() > 0.998  # rounding decides on edges
    both = same & hit.mask
    assert both.sum() > 1000
    np.testing.assert_allclose(seen.distance[both], hit.distance[both], rtol=1e-4)
    a, b, c = np.moveaxis(scene.positions[scene.triangles[hit.triangle[both]]], 1, 0)
    points = [a + each.u[both, None] * (b - a) + each.v[both, None] * (c - a) for each in (seen, hit)]
    np.testing.assert_allclose(*points, atol=2e-3)
    assert np.isinf(seen.distance[~seen.mask]).all()


def test_a_camera_among_the_triangles_sees_those_that_reach_behind_it():
    scene = random_scene(7)
    axes = (np.array(axis, np.float32) for axis in ([0, 0, 0.3], [1, 0, 0], [0, 1, 0], [0, 0, -1]))
    camera = Camera(*axes, half_angle_rad=0.6)
    seen, hit = visible(scene, camera, SIZE_PX), by_rays(scene, camera)
    assert (seen.triangle == hit.triangle).mean() > 0.998
    assert (seen.distance[seen.mask] > 0).all()


def test_no_pixel_falls_between_triangles_that_share_an_edge(square):
    """A square of two triangles, turned so that its diagonal passes pixels' centres."""
    scene = Scene(square())
    camera = fit_camera(scene.points, yaw_deg=0, pitch_deg=0, margin=0.0)
    assert visible(scene, camera, SIZE_PX).mask.all()


def test_a_window_holds_those_rows_and_columns():
    scene = random_scene(1)
    camera = fit_camera(scene.points, yaw_deg=10, pitch_deg=10, fov_deg=25)
    window = slice(10, 31), slice(40, 80)
    whole = visible(scene, camera, SIZE_PX).triangle.reshape(SIZE_PX, SIZE_PX)
    part = visible(scene, camera, SIZE_PX, window)
    assert (part.triangle.reshape(21, 40) == whole[window]).all()


def test_an_image_with_too_many_columns_is_refused(square):
    scene = Scene(square())
    camera = fit_camera(scene.points, yaw_deg=0, pitch_deg=0)
    columns = np.linspace(-1, 1, 32_001, dtype=np.float32)
    with pytest.raises(ValueError, match="an image has at most 32000 columns and rows"):
        camera.visible(scene.positions, scene.triangles, columns, columns[:1])
    seen = camera.visible(scene.positions, scene.triangles, columns[:-1], columns[16_000:16_001])
    assert (seen[0] >= 0).mean() > 0.8
