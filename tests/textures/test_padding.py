from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.codecs.images import Kind
from vitrine.gltf import Material, Mesh, Model, Texture
from vitrine.textures.decoded import DecodedTextures
from vitrine.textures.downsample import halve_masked
from vitrine.textures.mip_pyramid import TexturePyramid, texture_pyramids
from vitrine.textures.padding import fill_padding
from vitrine.textures.texture_slots import TextureUse


@pytest.mark.parametrize("kind", ["color", "data"])
def test_padding_takes_the_colour_around_it_and_charts_stay(kind: Kind) -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    mask = np.zeros((64, 64), bool)
    pixels[8:24, 8:24], pixels[40:56, 40:56] = (200, 100, 50), (20, 40, 60)
    mask[8:24, 8:24] = mask[40:56, 40:56] = True
    filled = fill_padding(pixels, mask, kind)
    assert (filled[mask] == pixels[mask]).all()
    assert filled[7, 7].tolist() == [200, 100, 50]
    assert filled[63, 63].tolist() == [20, 40, 60]
    assert filled.min() >= 20  # nothing black is left


def test_an_empty_mask_and_odd_sizes() -> None:
    pixels = np.full((3, 5, 3), 7, np.uint8)
    assert (fill_padding(pixels, np.zeros((3, 5), bool), "color") == 7).all()
    mask = np.zeros((3, 5), bool)
    mask[0, 0] = True
    pixels[0, 0] = 90
    assert (fill_padding(pixels, mask, "color") == 90).all()


def test_means_leave_unused_texels_out() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[0, 0] = 100
    mask = np.array([[True, False], [False, False]])
    mean, covered = halve_masked(pixels, mask, "data")
    assert mean[0, 0].tolist() == [100, 100, 100]
    assert covered.tolist() == [[True]]


def test_small_sizes_of_a_chart_on_black_have_no_dark_rim() -> None:
    pixels = np.zeros((256, 256, 3), np.uint8)
    pixels[60:196, 60:196] = (180, 90, 30)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    texture = Texture(out.getvalue(), "image/png")
    square = np.array([[60, 60], [196, 60], [196, 196], [60, 196]], np.float32) / np.float32(256)
    mesh = Mesh(np.zeros((4, 3), np.float32), np.array([[0, 1, 2], [0, 2, 3]], np.uint32), uvs=square)
    model = Model((mesh,), (Material(base_color=texture),))
    ((_, pyramid),) = texture_pyramids(model, DecodedTextures()).items()
    for px in (64, 16, 4):
        small = pyramid.at(px)
        assert np.abs(small.astype(int) - (180, 90, 30)).max() <= 3, px
    bare = TexturePyramid(TextureUse(texture, "color", True))
    assert bare.at(16).min() == 0
