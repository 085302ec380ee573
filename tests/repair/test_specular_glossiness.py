from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vitrine.codecs.images import decode_image
from vitrine.gltf.model import Material, Mesh, Model, Texture
from vitrine.repair.specular_glossiness import NAME, convert_specular_glossiness, metallic_of


def png(pixels: list[Any]) -> Texture:
    out = io.BytesIO()
    Image.fromarray(np.array(pixels, np.uint8)).save(out, "PNG")
    return Texture(out.getvalue(), "image/png")


def converted(settings: dict[str, Any], *textures: Texture) -> Material:
    triangle = Mesh(np.eye(3, dtype=np.float32), np.array([[0, 1, 2]], np.uint32))
    material = Material(extensions={NAME: settings}, extension_textures=textures)
    model, (found,) = convert_specular_glossiness(Model((triangle,), (material,)))
    assert found.code == "MATERIAL_CONVERTED"
    (after,) = model.materials
    assert after.extensions == {}
    return after


def test_other_materials_stay_as_they_are(globe: Model) -> None:
    assert convert_specular_glossiness(globe) == (globe, ())


def test_a_painted_thing_keeps_its_diffuse_texture() -> None:
    paint = png([[[200, 30, 30], [30, 200, 30]]])
    settings = {"diffuseTexture": {"index": 0}, "specularFactor": [0.04] * 3, "glossinessFactor": 0.6}
    made = converted(settings, paint)
    assert made.base_color == paint
    assert (made.metallic_factor, made.roughness_factor) == (0.0, pytest.approx(0.4))


def test_black_diffuse_with_a_bright_specular_is_metal() -> None:
    gold = {"diffuseFactor": [0, 0, 0, 1], "specularFactor": [1.0, 0.77, 0.34], "glossinessFactor": 0.8}
    made = converted(gold)
    assert made.metallic_factor == pytest.approx(1, abs=0.01)
    assert made.base_color_factor == pytest.approx((1.0, 0.77, 0.34, 1.0), abs=0.02)
    assert made.roughness_factor == pytest.approx(0.2)


def test_a_texture_tells_metal_from_paint_texel_by_texel() -> None:
    diffuse = png([[[0, 0, 0], [188, 0, 0]]])
    specular = png([[[255, 255, 255, 255], [56, 56, 56, 0]]])
    made = converted(
        {"diffuseTexture": {"index": 0}, "specularGlossinessTexture": {"index": 1}}, diffuse, specular
    )
    assert made.base_color is not None
    assert made.metallic_roughness is not None
    orm = decode_image(made.metallic_roughness.data, "image/png")[0]
    assert orm[:, 1].tolist() == [0, 255]  # glossy metal, rough paint
    assert orm[:, 2].tolist() == [255, 0]
    base = decode_image(made.base_color.data, "image/png")[0].astype(int)
    assert np.abs(base - [[255, 255, 255], [188, 0, 0]]).max() <= 3


def test_a_dielectric_without_reflection_is_no_metal() -> None:
    base, metallic = metallic_of(np.array([[0.5, 0.2, 0.1]]), np.array([[0.0, 0.0, 0.0]]))
    assert metallic.tolist() == [0.0]
    assert np.allclose(base, [[0.5 / 0.96, 0.2 / 0.96, 0.1 / 0.96]])
