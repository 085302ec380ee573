from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from vitrine.errors import ModelError
from vitrine.gltf import Texture
from vitrine.textures.decoded import DecodedTextures, with_alpha
from vitrine.textures.mip_pyramid import decode_mip_pyramid


def encoded(mode: str, color: int | tuple[int, ...]) -> Texture:
    out = io.BytesIO()
    Image.new(mode, (8, 4), color).save(out, "PNG")
    return Texture(out.getvalue(), "image/png")


@pytest.mark.parametrize(
    ("mode", "color"), [("RGB", (9, 8, 7)), ("RGBA", (9, 8, 7, 6)), ("L", 9), ("P", 3), ("I;16", 2570)]
)
def test_shared_texels_are_drawn_like_texels_of_ones_own(mode: str, color: int | tuple[int, ...]) -> None:
    texture, decoded = encoded(mode, color), DecodedTextures()
    shared = decode_mip_pyramid(texture, srgb=True, decoded=decoded).level(0)
    assert np.array_equal(shared, decode_mip_pyramid(texture, srgb=True).level(0))
    assert np.array_equal(shared, with_alpha(decoded.texels(texture)))


def test_a_texture_is_decoded_once() -> None:
    decoded = DecodedTextures()
    texels = decoded.texels(encoded("RGB", (9, 8, 7)))
    assert texels.shape == (4, 8, 3)
    assert decoded.texels(encoded("RGB", (9, 8, 7))) is texels


def test_a_damaged_texture_is_a_model_error() -> None:
    with pytest.raises(ModelError, match="cannot be read: the image is damaged"):
        DecodedTextures().texels(Texture(b"no image", "image/png"))
