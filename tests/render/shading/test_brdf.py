from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.compiled.kernels import FilteredLight
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
    return shade(samples, STUDIO, FORWARD, ONE * ambient, ONE * key_visibility).light[0]


def test_emission_is_added():
    emissive = np.array([[0.1, 0.2, 0.3]], np.float32)
    glowing = dataclasses.replace(MATT, emissive=emissive)
    np.testing.assert_allclose(shaded(glowing) - shaded(MATT), emissive[0], atol=1e-6)


def test_a_metal_reflects_in_its_own_colour():
    metal = shaded(dataclasses.replace(MATT, metallic=ONE, roughness=ONE * 0.3))
    np.testing.assert_allclose(metal / metal[0], [1, 0.5, 0.2], atol=0.03)


def test_occlusion_darkens_and_its_texture_counts_for_all_lights():
    by_texture = shaded(dataclasses.replace(MATT, occlusion=ONE * 0.4))
    np.testing.assert_allclose(by_texture, shaded(MATT) * 0.4, rtol=0.1)
    # Light goes to and fro between pale surfaces, so rays darken them less.
    by_rays = shaded(MATT, ambient=0.4, key_visibility=0.4)
    assert (by_texture < by_rays).all()
    assert (by_rays < shaded(MATT)).all()


def test_the_length_of_directions_does_not_matter():
    scaled = shade(MATT, STUDIO, FORWARD * 3, ONE, ONE).light[0]
    assert scaled == pytest.approx(shaded(MATT), rel=1e-5)


def reflected(samples: MaterialSamples, view: np.ndarray, count: int = 96) -> np.ndarray:
    """The BRDF of glTF 2.0 appendix B, integrated over the studio's environment map by brute force."""
    height = count
    polar = (np.arange(height) + 0.5) / height * np.pi
    around = (np.arange(2 * height) + 0.5) / height * np.pi - np.pi
    polar, around = np.meshgrid(polar, around, indexing="ij")
    light = np.stack([np.sin(polar) * np.cos(around), np.cos(polar), np.sin(polar) * np.sin(around)], -1)
    radiance = STUDIO.equirectangular(height) * np.sin(polar) * (np.pi / height) ** 2
    normal, color = samples.normal[0], samples.color[0]
    metallic, alpha = samples.metallic[0], samples.roughness[0] ** 2
    half = light + view
    half /= np.linalg.norm(half, axis=-1, keepdims=True)
    nl, nv, nh = np.maximum(light @ normal, 1e-9), float(view @ normal), half @ normal
    vh = np.maximum(half @ view, 0)[..., None]
    distribution = alpha**2 / (np.pi * (nh**2 * (alpha**2 - 1) + 1) ** 2)
    smith = nl * np.sqrt(nv**2 * (1 - alpha**2) + alpha**2) + nv * np.sqrt(nl**2 * (1 - alpha**2) + alpha**2)
    specular = (distribution * 0.5 / smith)[..., None]
    dielectric = (0.04 + 0.96 * (1 - vh) ** 5) * (specular - color / np.pi) + color / np.pi
    metal = specular * (color + (1 - color) * (1 - vh) ** 5)
    brdf = dielectric * (1 - metallic) + metal * metallic
    weight = radiance * np.where(light @ normal > 0, nl, 0)
    return (brdf * weight[..., None]).sum(axis=(0, 1))


@pytest.mark.parametrize("metallic", [0.0, 1.0])
@pytest.mark.parametrize("roughness", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("tilt", [0.0, 0.9])
def test_the_brdf_is_that_of_the_specification(metallic, roughness, tilt):
    normal = np.array([[np.sin(tilt) * 0.6, np.sin(tilt) * 0.8, np.cos(tilt)]], np.float32)
    samples = dataclasses.replace(MATT, normal=normal, metallic=ONE * metallic, roughness=ONE * roughness)
    expected = reflected(samples, -FORWARD[0])
    # Metals get back what GGX alone loses to multiple reflections.
    np.testing.assert_allclose(
        shaded(samples), expected, rtol=0.12 + 0.5 * metallic * roughness**3, atol=0.01
    )


def test_a_white_furnace_stays_white():
    """Even light is reflected whole by white metal, and never more than whole by anything."""

    class Furnace:
        axes = np.eye(3, dtype=np.float32)
        # All light is that of the room: none of it is the key light's.
        light = FilteredLight(np.tile(np.float32([0, 1]), (4, 1)), 1, [np.ones(4)] * 2, [1, 1])

    white = dataclasses.replace(MATT, color=np.ones((1, 3), np.float32))
    for metallic in (0, 1):
        for roughness in (0.1, 0.5, 1.0):
            samples = dataclasses.replace(white, metallic=ONE * metallic, roughness=ONE * roughness)
            light = shade(samples, Furnace(), FORWARD, ONE, ONE).light
            np.testing.assert_allclose(light, 1, atol=0.02)
            sheen = {"sheen": np.ones((1, 3), np.float32), "sheen_roughness": ONE * 0.5}
            coat = {"clearcoat": ONE, "clearcoat_roughness": ONE * 0.1, "clearcoat_normal": -FORWARD}
            for layers in (sheen, coat, sheen | coat):
                layered = shade(
                    dataclasses.replace(samples, layers=layers), Furnace(), FORWARD, ONE, ONE
                ).light
                assert 0.9 < layered.min() <= layered.max() < 1.02
