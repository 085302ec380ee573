from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.gltf.model import Material, Model
from vitrine.render.rays.intersect import intersect
from vitrine.render.rays.surface_hit import interpolate
from vitrine.render.scene import Scene
from vitrine.render.shading.material_samples import MaterialSamples, sample_materials
from vitrine.textures.color_space import srgb_to_linear

DOWN = np.array([[0, 0, -1]], np.float32)


def sampled(model: Model, x: float = 0.3, y: float = 0.2, footprint_m: float = 1e-3) -> MaterialSamples:
    scene = Scene(model)
    hit = intersect(scene, np.array([[x, y, 3]], np.float32), DOWN)
    return sample_materials(scene, interpolate(scene, hit, DOWN), np.full(1, footprint_m, np.float32))


def flat(png, *texel: int):
    return png(np.full((4, 4, len(texel)), texel, np.uint8))


def test_factors_multiply_texels(square, png):
    samples = sampled(
        square(
            Material(
                base_color=flat(png, 128, 128, 128),
                base_color_factor=(0.5, 1.0, 0.0, 1.0),
                metallic_roughness=flat(png, 0, 51, 102),
                metallic_factor=0.5,
                roughness_factor=0.5,
                occlusion=flat(png, 0, 0, 0),
                occlusion_strength=0.25,
                emissive=flat(png, 255, 255, 255),
                emissive_factor=(1.0, 2.0, 0.0),
            )
        )
    )
    grey = float(srgb_to_linear(np.array(128 / 255)))
    np.testing.assert_allclose(samples.color, [[0.5 * grey, grey, 0]], atol=1e-5)
    assert (samples.metallic[0], samples.roughness[0]) == pytest.approx((0.2, 0.1), abs=1e-6)
    assert samples.occlusion[0] == pytest.approx(0.75)
    np.testing.assert_allclose(samples.emissive, [[1, 2, 0]], atol=1e-6)


@pytest.mark.parametrize(("mode", "expected"), [("OPAQUE", 1.0), ("MASK", 0.0), ("BLEND", 0.4)])
def test_alpha_follows_the_alpha_mode(square, mode, expected):
    material = Material(base_color_factor=(1, 1, 1, 0.4), alpha_mode=mode)
    assert sampled(square(material)).alpha[0] == pytest.approx(expected)


def test_each_mesh_has_its_own_material(square, joined):
    red, blue = (Material(base_color_factor=color) for color in ((1, 0, 0, 1), (0, 0, 1, 1)))
    both = joined(square(red, z=0.0), square(blue, z=1.0))
    np.testing.assert_allclose(sampled(both).color, [[0, 0, 1]])


def test_an_uneven_normal_map_makes_the_surface_rougher(square, png):
    texels = np.full((64, 64, 3), (128, 128, 255), np.uint8)
    texels[::2] = (230, 128, 200)
    smooth, uneven = (
        sampled(square(Material(normal=texture, roughness_factor=0.2)), footprint_m=0.03).roughness[0]
        for texture in (flat(png, 128, 128, 255), png(texels))
    )
    assert smooth == pytest.approx(0.2, abs=0.03)
    assert uneven > 0.5


def test_vertex_colours_multiply_the_base_colour_and_opaque_ignores_their_alpha(square):
    model = square(Material(base_color_factor=(0.5, 1.0, 1.0, 1.0)))
    colors = np.tile(np.array([0.5, 0.25, 1.0, 0.3], np.float32), (len(model.meshes[0].positions), 1))
    colored = dataclasses.replace(model, meshes=(dataclasses.replace(model.meshes[0], colors=colors),))
    samples = sampled(colored)
    np.testing.assert_allclose(samples.color, [[0.25, 0.25, 1.0]], atol=1e-6)
    assert samples.alpha.tolist() == [1.0]
    blending = dataclasses.replace(model.materials[0], alpha_mode="BLEND")
    samples = sampled(dataclasses.replace(colored, materials=(blending,)))
    np.testing.assert_allclose(samples.alpha, [0.3], atol=1e-6)


def test_glass_lets_half_through_and_unlit_is_marked(square):
    glass = Material(extensions={"KHR_materials_transmission": {"transmissionFactor": 1}})
    assert sampled(square(glass)).alpha.tolist() == [0.5]
    assert sampled(square(Material(extensions={"KHR_materials_unlit": {}}))).unlit.tolist() == [True]
    assert sampled(square(Material())).unlit.tolist() == [False]
