from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from vitrine.codecs.images import (
    decode_image,
    encode_core,
    encode_webp,
    has_alpha,
    image_size,
    is_plain,
    name_image,
    sniff_media_type,
)
from vitrine.errors import ModelError
from vitrine.gltf import Texture

Make = Callable[..., Texture]


def encoded(image: Image.Image, media_type: str, **options: bytes) -> bytes:
    out = io.BytesIO()
    image.save(out, media_type.partition("/")[2].upper(), **options)
    return out.getvalue()


def test_encoders_keep_alpha_only_where_the_format_has_it(make_texture: Make) -> None:
    plain, clear = make_texture(), make_texture(alpha=0)
    opaque, transparent = (decode_image(texture.data, texture.media_type) for texture in (plain, clear))
    assert encode_core(opaque, quality=90, kind="color")[1] == "image/jpeg"
    png, media_type = encode_core(transparent, quality=90, kind="color")
    assert media_type == "image/png"
    assert (decode_image(png, media_type) == transparent).all()
    webp = encode_webp(transparent, quality=90, method=0)
    assert has_alpha(webp, "image/webp")
    assert sorted(set(decode_image(webp, "image/webp")[..., 3].flat)) == [0, 255]


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "image/webp", "image/avif"])
def test_the_header_tells_type_size_and_alpha(media_type: str) -> None:
    data = encoded(Image.new("RGB", (12, 8)), media_type)
    assert sniff_media_type(data) == media_type
    assert image_size(data, media_type) == (12, 8)
    assert not has_alpha(data, media_type)


def test_other_files_have_no_media_type() -> None:
    assert sniff_media_type(encoded(Image.new("RGB", (4, 4)), "image/gif")) is None
    assert sniff_media_type(b"") is None


@pytest.mark.parametrize(("mode", "channels"), [("P", 3), ("L", 3), ("LA", 4), ("1", 3), ("RGBA", 4)])
def test_palettes_and_grey_become_rgb(mode: str, channels: int) -> None:
    data = encoded(Image.new("RGB", (4, 4), "white").convert(mode), "image/png")
    assert decode_image(data, "image/png").shape == (4, 4, channels)


def test_an_image_with_a_profile_or_alpha_is_not_plain() -> None:
    assert is_plain(encoded(Image.new("RGB", (4, 4)), "image/webp"), "image/webp", without_alpha=True)
    with_alpha = encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 9)), "image/webp")
    assert is_plain(with_alpha, "image/webp", without_alpha=False)
    assert not is_plain(with_alpha, "image/webp", without_alpha=True)
    with_profile = encoded(Image.new("RGB", (4, 4)), "image/webp", icc_profile=b"some profile")
    assert not is_plain(with_profile, "image/webp", without_alpha=True)


def test_what_cannot_be_decoded_is_named() -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        decode_image(b"\x89PNG\r\n\x1a\nnonsense", "image/png")
    cut = encoded(Image.fromarray(np.arange(30000, dtype=np.uint8).reshape(100, 100, 3)), "image/png")[:300]
    with pytest.raises(ModelError, match="cannot be decoded"):
        decode_image(cut, "image/png")
    with pytest.raises(ModelError, match="KTX2"):
        decode_image(b"", "image/ktx2")


def test_gray_of_16_bits_keeps_its_high_byte() -> None:
    levels = np.array([[0, 255, 256, 32768, 65535]], np.uint16)
    data = encoded(Image.fromarray(levels), "image/png")
    assert decode_image(data, "image/png")[0, :, 0].tolist() == [0, 0, 1, 128, 255]
    keyed = encoded(Image.fromarray(levels), "image/png", transparency=32768)  # type: ignore[arg-type]
    assert decode_image(keyed, "image/png")[0, :, 3].tolist() == [255, 255, 255, 0, 255]
    assert has_alpha(keyed, "image/png")


@pytest.mark.parametrize("mode", ["CMYK", "P", "LA", "I;16"])
def test_modes_that_readers_take_differently_are_not_stored_byte_for_byte(mode: str) -> None:
    media_type = "image/jpeg" if mode == "CMYK" else "image/png"
    image = Image.fromarray(np.full((4, 4), 900, np.uint16)) if mode == "I;16" else Image.new(mode, (4, 4))
    assert not is_plain(encoded(image, media_type), media_type, without_alpha=False)
    assert is_plain(encoded(Image.new("RGB", (4, 4)), media_type), media_type, without_alpha=False)


def test_lossless_keeps_every_texel() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (8, 8, 4), np.uint8)
    back = decode_image(encode_webp(pixels, quality=50, method=2, lossless=True), "image/webp")
    assert (back == pixels).all()
    data, media_type = encode_core(pixels[..., :3], quality=50, kind="color", lossless=True)
    assert media_type == "image/png"
    assert (decode_image(data, media_type) == pixels[..., :3]).all()


@pytest.mark.parametrize(
    ("data", "says"),
    [(b"", "empty"), (b"GIF89a", "a GIF"), (b"DDS |", "DDS"), (b"\1\2", "its first bytes are 01 02")],
)
def test_other_images_are_named(data: bytes, says: str) -> None:
    assert says in name_image(data)
