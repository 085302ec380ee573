"""Blur and upsampling within surfaces."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.gltf.model import Material
from vitrine.render.camera import fit_camera
from vitrine.render.quality import FINAL_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.render.shading.occlusion_buffer import DEFAULT_VISIBILITY, OcclusionBuffer


def two_surfaces() -> OcclusionBuffer:
    """The left half of 8 by 8 entries is 1 m away and dark, the right half 2 m away and bright."""
    column = np.arange(64) % 8
    depth = np.where(column < 4, 1, 2).astype(np.float32)
    normal = np.tile(np.array([0, 0, 1], np.float32), (64, 1))
    visibility = np.repeat(np.where(column < 4, 0.2, 0.9)[:, None], 2, axis=1).astype(np.float32)
    return OcclusionBuffer(8, depth, normal, visibility, tolerance_m=0.1)


def test_the_blur_does_not_cross_the_edge_between_surfaces():
    buffer = two_surfaces()
    np.testing.assert_allclose(buffer.blur().visibility, buffer.visibility, atol=1e-6)


def test_the_blur_averages_a_tile_of_one_surface():
    noise = np.random.default_rng(3).random((64, 2)).astype(np.float32)
    flat = dataclasses.replace(two_surfaces(), depth=np.ones(64, np.float32), visibility=noise)
    blurred = flat.blur().visibility
    assert blurred.std() < noise.std() / 2
    assert blurred.mean() == pytest.approx(noise.mean(), abs=0.05)


def test_points_read_entries_of_their_own_surface():
    edge = np.zeros((3, 2), np.float32)
    normal = np.tile(np.array([0, 0, 1], np.float32), (3, 1))
    seen = two_surfaces().upsample(edge, np.array([1, 2, 7], np.float32), normal)
    np.testing.assert_allclose(seen[:, 0], [0.2, 0.9, DEFAULT_VISIBILITY], atol=1e-3)


def test_a_corner_is_darker_than_the_open_in_the_image(box, joined):
    floor, wall = box((-4, -0.2, -4), (4, 0, 4)), box((-4, 0, -4), (4, 3, -3.8))
    grey = Material(base_color_factor=(0.2, 0.2, 0.2, 1.0), metallic_factor=0.0)
    scene = Scene(dataclasses.replace(joined(floor, wall), materials=(grey, grey)))
    camera = fit_camera(scene.positions, yaw_deg=0, pitch_deg=35)
    image = render_image(scene, camera, 160, FINAL_QUALITY)
    corner = camera.project(np.array([[0, 0.0, -3.7]], np.float32))[0]
    open_ = camera.project(np.array([[0, 0.0, 3.0]], np.float32))[0]
    (cy, cx), (oy, ox) = (((int((1 - p[1]) * 80), int((1 + p[0]) * 80))) for p in (corner, open_))
    assert image.rgba[cy, cx, 0] < image.rgba[oy, ox, 0] - 15
