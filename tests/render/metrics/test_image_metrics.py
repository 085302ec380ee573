"""Measures of difference, on pictures whose difference is known."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.render.camera import fit_camera
from vitrine.render.metrics.image_metrics import (
    compare_images,
    normal_deviation_deg,
    psnr_db,
    silhouette_iou,
)
from vitrine.render.metrics.viewpoints import twelve_viewpoints
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene

ALL = np.ones((32, 32), bool)


def test_a_view_equals_itself(sphere):
    model = sphere()
    view = render_image(model, fit_camera(model.meshes[0].positions, yaw_deg=0, pitch_deg=0), 96)
    same = compare_images(view, view)
    assert (same.silhouette_iou, same.ssim, same.psnr_db, same.normal_deg) == (1.0, 1.0, 99.0, 0.0)


def test_a_coarser_model_is_further_away(sphere):
    fine, mid, coarse = (Scene(sphere(rings=rings)) for rings in (96, 16, 6))
    camera = twelve_viewpoints(fine.bounds_min, fine.bounds_max)[5]
    views = [render_image(scene, camera, 96) for scene in (fine, mid, coarse)]
    near, far = compare_images(views[0], views[1]), compare_images(views[0], views[2])
    assert 1 > near.silhouette_iou > far.silhouette_iou > 0.8
    assert near.psnr_db > far.psnr_db
    assert 1 > near.ssim > far.ssim
    assert near.normal_deg < far.normal_deg


def test_outlines():
    left, right = np.zeros((2, 10, 10), bool)
    left[:, :6] = right[:, 4:] = True
    assert silhouette_iou(left, right) == pytest.approx(0.2)
    assert silhouette_iou(left, ~left) == 0
    assert silhouette_iou(np.zeros_like(left), np.zeros_like(left)) == 1


def test_psnr_is_the_decibels_of_the_error():
    black = np.zeros((32, 32, 3), np.float32)
    assert psnr_db(black, black + 255, ALL) == pytest.approx(0)
    assert psnr_db(black, black + 25.5, ALL) == pytest.approx(20)
    assert psnr_db(black, black + 2.55, ALL) == pytest.approx(40, abs=1e-4)
    half = ALL.copy()
    half[16:] = False
    worse = black.copy()
    worse[16:] = 200
    assert psnr_db(black, worse, half) == 99


@pytest.mark.parametrize("angle", [0.0, 0.01, 10.0, 90.0, 179.0])
def test_normals_apart_by_an_angle(angle):
    a = np.zeros((4, 4, 3), np.float64)
    b = np.zeros((4, 4, 3), np.float64)
    a[..., 0] = 1
    b[..., 0], b[..., 1] = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    assert normal_deviation_deg(a, b, np.ones((4, 4), bool)) == pytest.approx(angle, abs=1e-6)


def test_views_of_different_sizes_are_refused(sphere):
    model = sphere(rings=8)
    camera = fit_camera(model.meshes[0].positions, yaw_deg=0, pitch_deg=0)
    with pytest.raises(ValueError, match=r"\(16, 16\) and \(24, 24\)"):
        compare_images(render_image(model, camera, 16), render_image(model, camera, 24))
