"""Texels come back exactly, in linear light, and smaller levels keep the light."""

from __future__ import annotations

import numpy as np
import pytest

from vitrine.errors import ModelError
from vitrine.gltf.model import Texture
from vitrine.textures.color_space import LINEAR_OF_BYTE, to_srgb
from vitrine.textures.mip_pyramid import MipPyramid, decode_mip_pyramid


def test_texel_centres_are_exact(png):
    texels = np.random.default_rng(2).integers(0, 256, (5, 7, 4), np.uint8)
    rows, columns = np.divmod(np.arange(35), 7)
    uvs = np.stack([(columns + 0.5) / 7, (rows + 0.5) / 5], axis=1).astype(np.float32)
    values = decode_mip_pyramid(png(texels), srgb=True).sample(uvs)
    expected = texels.reshape(-1, 4)
    np.testing.assert_allclose(values[:, :3], LINEAR_OF_BYTE[expected[:, :3]], atol=1e-5)
    np.testing.assert_allclose(values[:, 3], expected[:, 3] / 255, atol=1e-5)
    np.testing.assert_allclose(
        decode_mip_pyramid(png(texels), srgb=False).sample(uvs), expected / 255, atol=1e-5
    )


def test_between_texels_light_is_mixed_not_bytes():
    pyramid = MipPyramid(np.array([[[0, 0, 0, 255], [255, 255, 255, 255]]], np.uint8), srgb=True)
    middle = pyramid.sample(np.array([[0.5, 0.5]], np.float32))
    assert middle[0, 0] == pytest.approx(0.5)
    assert to_srgb(middle[:, :3])[0, 0] == 188


def test_coordinates_repeat():
    texels = np.random.default_rng(3).integers(0, 256, (8, 8, 4), np.uint8)
    pyramid = MipPyramid(texels, srgb=False)
    uvs = np.random.default_rng(4).random((50, 2)).astype(np.float32)
    np.testing.assert_allclose(pyramid.sample(uvs + np.array([3, -2])), pyramid.sample(uvs), atol=1e-4)


def test_half_a_checkerboard_has_half_its_light():
    board = np.indices((8, 8)).sum(axis=0)[..., None] % 2 * np.uint8(255)
    texels = np.concatenate([board.repeat(3, axis=2), np.full((8, 8, 1), 100)], axis=2).astype(np.uint8)
    half = MipPyramid(texels, srgb=True).level(1)
    assert half.shape == (4, 4, 4)
    assert np.unique(half[..., :3]).tolist() == [188]
    assert np.unique(half[..., 3]).tolist() == [100]
    assert np.unique(MipPyramid(texels, srgb=False).level(1)[..., :3]).tolist() == [128]


@pytest.mark.parametrize("srgb", [True, False])
def test_levels_leave_a_plain_colour_alone(srgb):
    every_byte = np.arange(256, dtype=np.uint8)
    for value in every_byte[::5]:
        pyramid = MipPyramid(np.full((4, 4, 4), value, np.uint8), srgb=srgb)
        assert np.unique(pyramid.level(2)).tolist() == [value]


def test_levels_end_at_the_smallest():
    pyramid = MipPyramid(np.zeros((16, 4, 4), np.uint8), srgb=True)
    assert pyramid.level(2).shape[:2] == (4, 1)
    assert pyramid.level(12).shape[:2] == (4, 1)


def test_unreadable_textures_are_named():
    with pytest.raises(ModelError, match="image/ktx2"):
        decode_mip_pyramid(Texture(b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(80), "image/ktx2"), srgb=True)
