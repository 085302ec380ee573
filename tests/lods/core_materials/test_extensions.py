"""The values to which each extension is baked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.fixtures.feature_models import MATERIALS, checks
from vitrine.codecs.images import decode_image
from vitrine.gltf import Material, Model
from vitrine.lods.core_materials.sheen import ALBEDO
from vitrine.lods.core_materials.to_core import to_core_materials

GLASS: dict[str, Any] = {"KHR_materials_transmission": {"transmissionFactor": 1.0}}


def baked(material: Material) -> Material:
    model, _ = to_core_materials(Model((), (material,)))
    return model.materials[0]


def plastic(extensions: dict[str, Any], **fields: Any) -> Material:
    return Material(extensions=extensions, **{"metallic_factor": 0.0, "roughness_factor": 0.0} | fields)


@pytest.mark.parametrize("tint", [(1.0, 1.0, 1.0), (0.8, 0.2, 0.4), (0.1, 0.5, 0.2)])
def test_glass_looks_before_white_as_its_tint(tint: tuple[float, float, float]) -> None:
    core = baked(plastic(GLASS, base_color_factor=(*tint, 1.0)))
    *color, alpha = core.base_color_factor
    assert core.alpha_mode == "BLEND"
    assert alpha * np.array(color) + (1 - alpha) == pytest.approx(tint, abs=1e-3)
    assert 1 - alpha == pytest.approx(min(0.7, *tint), abs=1e-3)


def test_frosted_and_tinted_glass_lets_less_through() -> None:
    clear = baked(plastic(GLASS)).base_color_factor[3]
    assert clear == pytest.approx(0.3)
    assert baked(plastic(GLASS, roughness_factor=1.0)).base_color_factor[3] > 0.8
    volume = {"attenuationColor": [0.5, 0.5, 0.5], "attenuationDistance": 2.0, "thicknessFactor": 4.0}
    smoked = baked(plastic(GLASS | {"KHR_materials_volume": volume}))
    assert smoked.base_color_factor[3] == pytest.approx(1 - 0.25)


def test_a_metal_lets_nothing_through() -> None:
    assert baked(Material(extensions=GLASS)).alpha_mode == "OPAQUE"


def test_a_mask_stays_cut_off_in_glass() -> None:
    texture = checks((255, 255, 255, 255), (255, 255, 255, 10))
    core = baked(plastic(GLASS, base_color=texture, alpha_mode="MASK"))
    assert core.base_color is not None
    alpha = decode_image(core.base_color.data, core.base_color.media_type)[..., 3]
    assert set(np.unique(alpha)) == {0, round(0.3 * 255)}


def test_unlit_emits_its_base_colour_and_keeps_its_alpha() -> None:
    core = baked(MATERIALS["unlit"]())
    assert core.emissive_factor == (0.8, 0.1, 0.08)
    assert core.base_color_factor == (0, 0, 0, 1)
    masked = baked(MATERIALS["unlit-texture-mask"]())
    assert masked.emissive is masked.base_color is not None
    assert masked.alpha_mode == "MASK"
    assert (masked.metallic_factor, masked.roughness_factor) == (0, 1)


def test_a_coat_smooths_what_is_no_metal() -> None:
    coat = {"KHR_materials_clearcoat": {"clearcoatFactor": 0.5, "clearcoatRoughnessFactor": 0.1}}
    assert baked(plastic(coat, roughness_factor=0.5)).roughness_factor == pytest.approx(0.3)
    assert baked(plastic(coat, roughness_factor=0.05)).roughness_factor == pytest.approx(0.05)
    assert baked(Material(extensions=coat, roughness_factor=0.5)).roughness_factor == pytest.approx(0.5)


def test_sheen_adds_its_albedo() -> None:
    settings = {"sheenColorFactor": [1.0, 0.5, 0.0], "sheenRoughnessFactor": 0.4}
    core = baked(plastic({"KHR_materials_sheen": settings}, base_color_factor=(0.5, 0.5, 0.5, 1.0)))
    albedo = ALBEDO[2]
    expected = [0.5 * (1 - albedo) + albedo * sheen for sheen in (1.0, 0.5, 0.0)]
    assert core.base_color_factor[:3] == pytest.approx(expected, abs=1e-3)


def test_the_albedo_of_sheen_is_the_integral_of_its_distribution() -> None:
    """The Charlie distribution and the visibility of KHR_materials_sheen, over both hemispheres."""
    cosine = (np.arange(64) + 0.5) / 64
    view, light, turn = np.meshgrid(cosine, cosine, (np.arange(64) + 0.5) / 64 * np.pi, indexing="ij")
    sines = np.sqrt((1 - view**2) * (1 - light**2))
    half = (view + light) / np.sqrt(2 + 2 * (sines * np.cos(turn) + view * light))
    for number in range(1, len(ALBEDO)):
        alpha = (number / 5) ** 2
        charlie = (2 + 1 / alpha) * np.sqrt(np.clip(1 - half**2, 0, 1)) ** (1 / alpha) / (2 * np.pi)
        brdf = charlie / (4 * (view + light - view * light))
        albedo = float((brdf * light * 2 * view).mean() * 2 * np.pi)
        assert albedo == pytest.approx(ALBEDO[number], abs=0.003)


def test_higher_reflectance_becomes_metallic_and_lower_becomes_rough() -> None:
    red = (0.8, 0.1, 0.1, 1.0)
    diamond = baked(plastic({"KHR_materials_ior": {"ior": 2.4}}, base_color_factor=red))
    assert 0.05 < diamond.metallic_factor < 0.5
    water = baked(plastic({"KHR_materials_ior": {"ior": 1.33}}, base_color_factor=red))
    assert (water.metallic_factor, water.roughness_factor) == (0, 0)
    matte = baked(plastic({"KHR_materials_specular": {"specularFactor": 0.0}}, base_color_factor=red))
    assert matte.roughness_factor == pytest.approx(1)
    assert matte.base_color_factor == red


def test_emissive_strength_goes_into_factor_and_texels() -> None:
    name = "KHR_materials_emissive_strength"
    weak = baked(plastic({name: {"emissiveStrength": 2.0}}, emissive_factor=(0.4, 0.2, 0.0)))
    assert weak.emissive_factor == pytest.approx((0.8, 0.4, 0))
    texture = checks((100, 100, 100), (255, 255, 255))
    strong = baked(
        plastic({name: {"emissiveStrength": 3.0}}, emissive_factor=(1.0, 0.2, 0.0), emissive=texture)
    )
    assert strong.emissive is not None
    assert strong.emissive_factor == (1, 1, 1)
    texels = decode_image(strong.emissive.data, strong.emissive.media_type)
    assert [int(channel) for channel in texels[0, 0]] == [166, 78, 0]  # the light of 100, times 3, 0.6 and 0


def test_light_above_one_keeps_its_hue() -> None:
    orange = plastic(
        {"KHR_materials_emissive_strength": {"emissiveStrength": 4.0}}, emissive_factor=(1, 0.4, 0)
    )
    red, green, blue = baked(orange).emissive_factor
    assert red == pytest.approx(1)
    assert 0.4 < green < 0.65  # 1 if each channel were clamped: yellow
    assert 0 < blue < green
    barely = plastic(
        {"KHR_materials_emissive_strength": {"emissiveStrength": 1.01}}, emissive_factor=(1, 0.4, 0)
    )
    assert baked(barely).emissive_factor == pytest.approx((1, 0.4, 0), abs=0.005)


def test_diffuse_transmission_mixes_its_colour_into_the_base() -> None:
    core = baked(MATERIALS["diffuse-transmission"]())
    expected = [
        0.4 * base + 0.6 * through for base, through in zip((0.1, 0.5, 0.2), (0.9, 0.7, 0.2), strict=True)
    ]
    assert core.base_color_factor[:3] == pytest.approx(expected, abs=1e-3)
