from __future__ import annotations

import numpy as np
import pytest

from vitrine.render.camera import fit_camera
from vitrine.render.shading.studio import Studio, smoothstep

CORNERS = np.array([[-1, -1, -1], [1, 1, 1]], np.float32)


def studio(yaw_deg: float = 0.0, pitch_deg: float = 0.0) -> Studio:
    return Studio.around(fit_camera(CORNERS, yaw_deg=yaw_deg, pitch_deg=pitch_deg))


def test_lights_follow_the_yaw_and_not_the_pitch():
    x, y, z = studio().key
    np.testing.assert_allclose(studio(yaw_deg=90).key, [z, y, -x], atol=1e-6)
    np.testing.assert_allclose(studio(pitch_deg=60).key, [x, y, z], atol=1e-6)


def test_a_surface_that_faces_the_key_light_is_brightest_and_its_shadow_darkens_it():
    lights = studio()
    normals = np.stack([lights.key, -lights.key])
    key, others = lights.light.diffuse(normals @ lights.axes.T).T
    assert key[0] + others[0] > 2 * (key[1] + others[1])
    assert 0.4 < key[0] < 0.6
    assert key[1] == pytest.approx(0, abs=1e-6)


def test_a_smooth_mirror_shows_the_softbox_and_a_rough_one_blurs_it():
    lights = studio()
    directions = np.stack([lights.key, lights.key]).astype(np.float32)
    roughness = np.array([0.06, 1.0], np.float32)
    sharp, blurred = lights.light.specular(directions @ lights.axes.T, roughness)
    assert sharp > 2.5
    assert blurred < sharp / 2


def test_smoothstep_is_flat_outside_0_and_1():
    np.testing.assert_allclose(smoothstep(np.array([-1, 0, 0.5, 1, 2], np.float32)), [0, 0, 0.5, 1, 1])


def test_the_environment_map_has_the_light_that_surfaces_get():
    """Sums over the map's pixels give the light of matt surfaces, in world axes."""
    lights = studio(yaw_deg=50)
    height = 128
    light = lights.equirectangular(height)
    polar = (np.arange(height) + 0.5) / height * np.pi
    around = (np.arange(2 * height) + 0.5) / height * np.pi - np.pi
    polar, around = np.meshgrid(polar, around, indexing="ij")
    toward = np.stack([np.sin(polar) * np.cos(around), np.cos(polar), np.sin(polar) * np.sin(around)], -1)
    weight = light * np.sin(polar) * (np.pi / height) ** 2
    for normal in np.eye(3, dtype=np.float32):
        summed = (weight * np.maximum(toward @ normal, 0)).sum() / np.pi
        matt = lights.light.diffuse(normal[None] @ lights.axes.T).sum()
        assert matt == pytest.approx(summed, abs=0.01)
