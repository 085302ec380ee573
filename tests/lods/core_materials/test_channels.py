from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.fixtures.feature_models import checks, png
from vitrine.codecs.images import decode_image
from vitrine.gltf import Material
from vitrine.gltf.model import Sampler
from vitrine.lods.core_materials.channels import MaterialReader


def test_textures_are_read_at_the_size_of_the_largest() -> None:
    small, large = checks((255, 255, 255), (0, 0, 0), px=16), checks((0, 128, 255), (0, 64, 0), px=64)
    reader = MaterialReader(Material(base_color=small, metallic_roughness=large, roughness_factor=0.5))
    channels = reader.channels()
    assert channels.color.shape == (64, 64, 3)
    assert channels.roughness.max() == np.float32(128 / 255 / 2)
    assert channels.alpha.shape == (1, 1, 1)


def test_factors_take_no_texels() -> None:
    channels = MaterialReader(Material(base_color_factor=(0.5, 0.4, 0.3, 0.2), alpha_mode="BLEND")).channels()
    assert channels.color.shape == (1, 1, 3)
    assert float(channels.alpha[0, 0, 0]) == np.float32(0.2)


def test_unchanged_channels_keep_their_textures() -> None:
    material = Material(base_color=checks((255, 255, 255), (0, 0, 0)), roughness_factor=0.4)
    reader = MaterialReader(material)
    before = reader.channels()
    assert reader.with_channels(before, before) == material
    smooth = replace(before, roughness=np.full((1, 1, 1), 0.1, np.float32))
    changed = reader.with_channels(before, smooth)
    assert changed.base_color is material.base_color
    assert (round(changed.roughness_factor, 3), changed.metallic_roughness) == (0.1, None)


def test_what_varies_becomes_a_texture_with_the_sampler_of_the_first() -> None:
    first = replace(checks((255, 255, 255), (0, 0, 0)), sampler=Sampler(wrap_s=33071))
    reader = MaterialReader(Material(base_color=first, alpha_mode="BLEND"))
    before = reader.channels()
    ramp = np.linspace(0, 1, 64, dtype=np.float32).reshape(1, 64, 1) * np.ones((64, 1, 1), np.float32)
    changed = reader.with_channels(before, replace(before, alpha=ramp))
    assert changed.base_color is not None
    assert changed.base_color.sampler == first.sampler
    pixels = decode_image(changed.base_color.data, "image/png")
    assert pixels.shape == (64, 64, 4)
    assert np.abs(pixels[..., 3] - ramp[..., 0] * 255).max() <= 0.51
    assert (pixels[..., :3] == decode_image(first.data, "image/png")).all()


def test_a_colour_that_is_the_same_everywhere_becomes_a_factor() -> None:
    plain = png(np.full((8, 8, 3), 188))
    reader = MaterialReader(Material(base_color=plain, base_color_factor=(1.0, 0.5, 1.0, 1.0)))
    before = reader.channels()
    changed = reader.with_channels(before, replace(before, color=before.color * np.float32(0.5)))
    assert changed.base_color is None
    assert np.allclose(changed.base_color_factor, (0.251, 0.1257, 0.251, 1), atol=2e-3)
