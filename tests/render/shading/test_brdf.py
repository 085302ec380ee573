from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.render.camera import fit_camera
from vitrine.render.shading.brdf import shade
from vitrine.render.shading.material_samples import MaterialSamples
from vitrine.render.shading.studio import Studio

FORWARD = np.array([[0, 0, -1]], np.float32)
ONE = np.ones(1, np.float32)
STUDIO = Studio.around(fit_camera(np.array([[-1, -1, -1], [1, 1, 1]], np.float32), yaw_deg=0, pitch_deg=0))
MATT = MaterialSamples(
    normal=-FORWARD,
    color=np.array([[0.5, 0.25, 0.1]], np.float32),
    alpha=ONE,
    metallic=ONE * 0,
    roughness=ONE,
    occlusion=ONE,
    emissive=np.zeros((1, 3), np.float32),
    unlit=np.zeros(1, np.bool_),
)


def shaded(samples: MaterialSamples, ambient: float = 1.0, key_visibility: float = 1.0) -> np.ndarray:
    return shade(samples, STUDIO, FORWARD, ONE * ambient, ONE * key_visibility)[0]


def test_emission_is_added():
    emissive = np.array([[0.1, 0.2, 0.3]], np.float32)
    glowing = dataclasses.replace(MATT, emissive=emissive)
    np.testing.assert_allclose(shaded(glowing) - shaded(MATT), emissive[0], atol=1e-6)


def test_a_metal_reflects_in_its_own_colour():
    metal = shaded(dataclasses.replace(MATT, metallic=ONE, roughness=ONE * 0.3))
    np.testing.assert_allclose(metal / metal[0], [1, 0.5, 0.2], atol=0.03)


def test_occlusion_darkens_and_its_texture_counts_like_rays():
    by_rays = shaded(MATT, ambient=0.4)
    by_texture = shaded(dataclasses.replace(MATT, occlusion=ONE * 0.4))
    np.testing.assert_allclose(by_rays, by_texture)
    assert (by_rays < shaded(MATT)).all()


def test_the_length_of_directions_does_not_matter():
    scaled = shade(MATT, STUDIO, FORWARD * 3, ONE, ONE)[0]
    assert scaled == pytest.approx(shaded(MATT), rel=1e-5)
