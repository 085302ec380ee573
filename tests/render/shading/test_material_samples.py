from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vitrine.gltf.model import Material, Model, Sampler
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


def test_glass_transmits_and_unlit_is_marked(square):
    glass = Material(extensions={"KHR_materials_transmission": {"transmissionFactor": 0.6}})
    samples = sampled(square(glass))
    assert samples.alpha.tolist() == [1.0]
    np.testing.assert_allclose(samples.layers["transmission"], [0.6])
    assert sampled(square(Material(extensions={"KHR_materials_unlit": {}}))).unlit.tolist() == [True]
    assert sampled(square(Material())).unlit.tolist() == [False]


def test_emissive_strength_multiplies(square):
    lamp = Material(
        emissive_factor=(0.5, 0.25, 0.0),
        extensions={"KHR_materials_emissive_strength": {"emissiveStrength": 12}},
    )
    np.testing.assert_allclose(sampled(square(lamp)).emissive, [[6, 3, 0]])


def test_layers_are_neutral_on_meshes_without_them(square, joined):
    coated = Material(extensions={"KHR_materials_ior": {"ior": 2.0}})
    both = joined(square(Material(), z=0.0), square(coated, z=-1.0))
    scene = Scene(both)
    origins = np.array([[0.3, 0.2, 3], [5, 5, 3]], np.float32)
    hit = intersect(scene, origins[:1], DOWN)
    behind = intersect(scene, np.array([[0.3, 0.2, -0.5]], np.float32), DOWN)
    points = [interpolate(scene, each, DOWN) for each in (hit, behind)]
    front, back = (sample_materials(scene, each, np.full(1, 1e-3, np.float32)) for each in points)
    assert "f0" not in front.layers
    np.testing.assert_allclose(back.layers["f0"], [[1 / 9] * 3], rtol=1e-5)


@pytest.mark.parametrize(
    ("name", "values", "layer", "expected"),
    [
        ("clearcoat", {"clearcoatFactor": 0.5}, "clearcoat", 0.5),
        ("clearcoat", {"clearcoatRoughnessFactor": 0.3}, "clearcoat_roughness", 0.3),
        ("sheen", {"sheenColorFactor": [0.2, 0.2, 0.2]}, "sheen", 0.2),
        ("iridescence", {"iridescenceThicknessMaximum": 250}, "film_nm", 250),
        ("anisotropy", {"anisotropyStrength": 0.4}, "anisotropy", 0.4),
        ("specular", {"specularFactor": 0.5}, "f0", 0.02),
        ("pbrSpecularGlossiness", {"specularFactor": [0.3, 0.3, 0.3]}, "f0", 0.3),
    ],
)
def test_extensions_become_layers(square, name, values, layer, expected):
    samples = sampled(square(Material(extensions={f"KHR_materials_{name}": values})))
    np.testing.assert_allclose(
        samples.layers[layer], np.full_like(samples.layers[layer], expected), rtol=1e-5
    )


def test_each_texture_reads_its_own_uv_set(square, png):
    halves = np.zeros((8, 8, 3), np.uint8)
    halves[:, 4:] = 255
    texture = dataclasses.replace(png(halves), uv=1)
    model = square(Material(base_color=texture))
    mesh = model.meshes[0]
    mirrored = np.stack([1 - mesh.uvs[:, 0], mesh.uvs[:, 1]], axis=1)
    model = dataclasses.replace(model, meshes=(dataclasses.replace(mesh, other_uvs=(mirrored,)),))
    np.testing.assert_allclose(sampled(model, x=0.5).color, [[0, 0, 0]], atol=1e-6)
    np.testing.assert_allclose(sampled(model, x=-0.5).color, [[1, 1, 1]], atol=1e-6)


@pytest.mark.parametrize(("wrap", "expected"), [(10497, 0.0), (33648, 1.0), (33071, 1.0)])
def test_samplers_wrap_as_they_say(square, png, wrap, expected):
    halves = np.zeros((8, 8, 3), np.uint8)
    halves[:, 4:] = 255
    texture = dataclasses.replace(png(halves), sampler=Sampler(wrap_s=wrap))
    model = square(Material(base_color=texture))
    mesh = model.meshes[0]
    shifted = dataclasses.replace(mesh, uvs=mesh.uvs + np.array([1, 0], np.float32))
    samples = sampled(dataclasses.replace(model, meshes=(shifted,)), x=-0.6)
    np.testing.assert_allclose(samples.color, [[expected] * 3], atol=1e-6)


def test_nearest_filters_do_not_mix_texels(square, png):
    halves = np.zeros((2, 2, 3), np.uint8)
    halves[:, 1:] = 255
    smooth = png(halves)
    nearest = dataclasses.replace(smooth, sampler=Sampler(mag_filter=9728))
    for texture, values in ((nearest, {0.0}), (smooth, set())):
        color = sampled(square(Material(base_color=texture)), x=-0.1).color
        assert ({round(float(color[0, 0]), 3)} == values) == bool(values)
