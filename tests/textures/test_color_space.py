"""The sRGB transfer function and the tone map."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.textures.color_space import (
    LINEAR_OF_BYTE,
    byte_of_linear16,
    linear16_of_byte,
    linear_to_srgb,
    srgb_to_linear,
    to_srgb,
    tone_map,
)


def test_the_transfer_function_has_the_values_of_the_standard():
    """Half of the light of white is encoded as 0.735 (IEC 61966-2-1); 0.04045 is where the curve begins."""
    assert linear_to_srgb(np.array([0.5]))[0] == pytest.approx(0.7354, abs=1e-4)
    assert srgb_to_linear(np.array([0.04045]))[0] == pytest.approx(0.0031308, abs=1e-6)
    values = np.linspace(0, 1, 1001)
    np.testing.assert_allclose(srgb_to_linear(linear_to_srgb(values)), values, atol=1e-4)


def test_srgb_bytes_survive_16_bit_light():
    np.testing.assert_array_equal(byte_of_linear16()[linear16_of_byte()], np.arange(256))


def test_srgb_bytes_survive_decoding_and_encoding():
    np.testing.assert_array_equal(to_srgb(LINEAR_OF_BYTE), np.arange(256))


def test_the_tone_map_keeps_values_below_the_shoulder_and_never_clips():
    light = np.linspace(0, 8, 2000, dtype=np.float32)
    mapped = tone_map(np.stack([light] * 3, axis=1))[:, 0]
    np.testing.assert_array_equal(mapped[light <= 0.8], light[light <= 0.8])
    assert mapped.max() <= 1
    assert np.diff(mapped).min() > -1e-6
    assert (np.diff(mapped[light < 2]) > 0).all()


def test_the_tone_map_keeps_the_hue_of_bright_colours():
    red, lamp = tone_map(np.array([[1.6, 0.4, 0.2], [12, 6, 1]], np.float32))
    assert red[0] > 1.8 * red[1] > 1.8 * red[2]
    assert lamp[0] > lamp[1] + 0.1
    assert lamp[1] > lamp[2] + 0.1
