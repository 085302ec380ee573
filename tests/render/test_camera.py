"""A framed camera holds its points exactly, and its rays are the inverse of its projection."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.render.camera import box_corners, fit_camera, pixel_grid

CORNERS = box_corners(np.array([-0.3, 0.0, -1.0], np.float32), np.array([0.5, 2.0, 0.4], np.float32))


@pytest.mark.parametrize("fov_deg", [0.0, 22.0, 70.0])
@pytest.mark.parametrize(("yaw_deg", "pitch_deg"), [(0, 0), (25, 15), (200, -40), (90, 89)])
def test_the_frame_touches_the_points_and_leaves_the_margin(yaw_deg, pitch_deg, fov_deg):
    camera = fit_camera(CORNERS, yaw_deg=yaw_deg, pitch_deg=pitch_deg, fov_deg=fov_deg, margin=0.1)
    seen = camera.project(CORNERS)
    low, high = seen[:, :2].min(axis=0), seen[:, :2].max(axis=0)
    assert high.max() == pytest.approx(0.8, abs=1e-4)
    assert low.min() == pytest.approx(-0.8, abs=1e-4)
    # The narrower direction is centred.
    narrow = int(np.argmin(high - low))
    assert high[narrow] == pytest.approx(-low[narrow], abs=5e-3)
    assert (seen[:, 2] > 0).all()


@pytest.mark.parametrize("fov_deg", [0.0, 40.0])
def test_a_ray_goes_through_the_point_it_was_aimed_at(fov_deg):
    camera = fit_camera(CORNERS, yaw_deg=33, pitch_deg=21, fov_deg=fov_deg)
    seen = camera.project(CORNERS)
    origins, directions = camera.rays(seen[:, :2])
    np.testing.assert_allclose(origins + directions * seen[:, 2:], CORNERS, atol=2e-6)


@pytest.mark.parametrize(
    ("yaw_deg", "pitch_deg", "forward"),
    [(0, 0, (0, 0, -1)), (90, 0, (-1, 0, 0)), (180, 0, (0, 0, 1)), (0, 90, (0, -1, 0))],
)
def test_yaw_goes_round_from_the_front_and_pitch_up(yaw_deg, pitch_deg, forward):
    camera = fit_camera(CORNERS, yaw_deg=yaw_deg, pitch_deg=pitch_deg)
    np.testing.assert_allclose(camera.forward, forward, atol=1e-6)


def test_axes_are_square_and_upright():
    camera = fit_camera(CORNERS, yaw_deg=-77, pitch_deg=12)
    axes = np.stack([camera.right, camera.up, -camera.forward])
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-6)
    assert np.linalg.det(axes) == pytest.approx(1, abs=1e-6)
    assert camera.right[1] == 0
    assert camera.up[1] > 0


def test_a_footprint_is_a_pixel_wide():
    flat = fit_camera(CORNERS, yaw_deg=0, pitch_deg=0)
    depth = np.array([1.0, 2.0], np.float32)
    np.testing.assert_allclose(flat.footprint_m(depth, 100), 2 * flat.half_height_m / 100)
    deep = fit_camera(CORNERS, yaw_deg=0, pitch_deg=0, fov_deg=30)
    np.testing.assert_allclose(
        deep.footprint_m(depth, 100), depth * 2 * np.tan(np.radians(15)) / 100, rtol=1e-6
    )


def test_pixels_are_counted_from_the_top_left():
    np.testing.assert_allclose(pixel_grid(2), [[-0.5, 0.5], [0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]])


def test_a_single_point_can_be_framed():
    camera = fit_camera(np.zeros((1, 3), np.float32), yaw_deg=0, pitch_deg=0, fov_deg=22)
    assert np.isfinite(camera.project(np.zeros((1, 3), np.float32))).all()
