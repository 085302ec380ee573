from __future__ import annotations

import pytest

from vitrine.codecs.images import decode_image
from vitrine.gltf import Material
from vitrine.lods.rebake.bake import BakedTextures
from vitrine.lods.rebake.materials import baked_materials


def half_covered() -> BakedTextures:
    textures = BakedTextures.blank(8)
    textures.covered[:4] = True
    textures.color[:4] = (188, 0, 255, 255)
    textures.orm[:4] = (255, 51, 0)
    return textures


def test_constant_values_are_linear_factors_without_a_texture() -> None:
    (material,) = baked_materials(((Material(),),), half_covered())
    assert material.base_color is None
    assert material.base_color_factor == pytest.approx((0.503, 0, 1, 1), abs=1e-3)
    assert (material.metallic_roughness, material.roughness_factor, material.metallic_factor) == (
        None,
        0.2,
        0,
    )
    assert material.emissive is None


def test_values_that_vary_are_a_texture_with_filled_padding() -> None:
    textures = half_covered()
    textures.color[:4, :4] = (0, 200, 0, 255)
    (material,) = baked_materials(((Material(),),), textures)
    assert material.base_color is not None
    assert material.base_color_factor == (1, 1, 1, 1)
    pixels = decode_image(material.base_color.data, material.base_color.media_type)
    assert (pixels[:4] == textures.color[:4, :, : pixels.shape[2]]).all()
    assert (pixels[4:].max(axis=2) > 0).all()


def test_groups_keep_their_materials_and_share_the_textures() -> None:
    groups = ((Material(name="a"), Material(name="b")), (Material(name="c", alpha_mode="BLEND"),))
    opaque, blend = baked_materials(groups, half_covered())
    assert (opaque.name, opaque.alpha_mode, blend.name, blend.alpha_mode) == ("a", "OPAQUE", "c", "BLEND")
    assert opaque.normal is blend.normal
    unlit = Material(extensions={"KHR_materials_unlit": {}})
    assert baked_materials(((unlit,),), half_covered())[0].normal is None
