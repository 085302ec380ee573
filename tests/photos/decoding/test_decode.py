"""`decode`: every kind of picture becomes upright sRGB RGBA."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageCms

from vitrine.errors import PhotoError
from vitrine.photos.decoding.decode import decode
from vitrine.recipe import PhotoOptions

OPTIONS = PhotoOptions()


def bars(height: int = 20, width: int = 32) -> np.ndarray:
    """Red, green, blue and grey columns with a white corner at the top left, (h, w, 3) uint8."""
    picture = np.zeros((height, width, 3), np.uint8)
    for k, colour in enumerate([(200, 30, 30), (30, 200, 30), (30, 30, 200), (120, 120, 120)]):
        picture[:, k * width // 4 : (k + 1) * width // 4] = colour
    picture[:4, :4] = 255
    return picture


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_orientation_is_applied(encode: Callable, orientation: int, form: str) -> None:
    undo = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    upright = Image.fromarray(bars())
    stored = upright if undo is None else upright.transpose(Image.Transpose(undo))
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = decode(encode(stored, form, exif=exif), "p", OPTIONS)
    np.testing.assert_array_equal(decoded.rgba[..., :3], bars())


def test_transparency_of_every_mode_is_kept(encode: Callable) -> None:
    alpha = np.full((20, 32), 255, np.uint8)
    alpha[5:10, 5:10] = 0
    rgba = Image.fromarray(np.dstack([bars(), alpha]))
    index = np.where(alpha == 0, 0, 1).astype(np.uint8)
    palette = Image.fromarray(index, "P")
    palette.putpalette([0, 0, 0, 90, 80, 70])
    grey = Image.fromarray(np.where(alpha == 0, 7, 99).astype(np.uint8), "L")
    colour = Image.fromarray(np.where(alpha[..., None] == 0, 3, bars()).astype(np.uint8))
    pictures = {
        "RGBA": encode(rgba),
        "WebP": encode(rgba, "WEBP", lossless=True),
        "LA": encode(rgba.convert("LA")),
        "P + tRNS": encode(palette, transparency=0),
        "P + tRNS bytes": encode(palette, transparency=b"\x00\xff"),
        "L + tRNS": encode(grey, transparency=7),
        "RGB + tRNS": encode(colour, transparency=(3, 3, 3)),
        "GIF": encode(palette, "GIF", transparency=0),
    }
    for name, data in pictures.items():
        decoded = decode(data, name, OPTIONS)
        np.testing.assert_array_equal(decoded.rgba[..., 3], alpha, err_msg=name)


def test_partial_alpha_in_a_palette_is_kept(encode: Callable) -> None:
    palette = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "P")
    palette.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    decoded = decode(encode(palette, transparency=b"\x00\x80\xff"), "p", OPTIONS)
    assert decoded.rgba[0, :, 3].tolist() == [0, 128, 255]
    assert decoded.rgba[0, 1, :3].tolist() == [40, 50, 60]


@pytest.mark.parametrize(("top", "kind"), [(65535, np.uint16), (255, np.uint8)])
def test_grey_of_8_and_16_bits_is_the_same(encode: Callable, top: int, kind: type) -> None:
    ramp = np.linspace(0, 1, 64).reshape(1, 64).repeat(4, axis=0)
    picture = Image.fromarray(np.round(ramp * top).astype(kind))
    assert picture.mode == ("I;16" if top > 255 else "L")
    rgba = decode(encode(picture), "p", OPTIONS).rgba
    assert np.abs(rgba[..., 0] - np.round(ramp * 255)).max() <= 1
    assert rgba[..., 3].min() == 255


@pytest.mark.parametrize(
    ("mode", "form"), [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("YCbCr", "TIFF"), ("1", "PNG")]
)
def test_other_modes_keep_their_look(encode: Callable, mode: str, form: str) -> None:
    picture = Image.fromarray(bars()).convert(mode)
    rgba = decode(encode(picture, form, **({"quality": 95} if form == "JPEG" else {})), "p", OPTIONS).rgba
    want = np.asarray(picture.convert("RGB"), np.int16)
    assert np.abs(rgba[..., :3] - want).mean() < 4


def test_a_colour_profile_is_applied(encode: Callable) -> None:
    """Linear-light grey 55/255 looks like sRGB grey 128."""
    curve = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    assert curve is not None
    linear = _linear_profile()
    decoded = decode(encode(np.full((8, 8, 3), 55, np.uint8), icc_profile=linear), "p", OPTIONS)
    assert np.abs(decoded.rgba[..., :3].astype(int) - 128).max() <= 2
    alpha = np.dstack([np.full((8, 8, 3), 55, np.uint8), np.full((8, 8), 40, np.uint8)])
    decoded = decode(encode(alpha, icc_profile=linear), "p", OPTIONS)
    assert np.abs(decoded.rgba[..., :3].astype(int) - 128).max() <= 2
    assert (decoded.rgba[..., 3] == 40).all()


def test_a_broken_profile_is_ignored(encode: Callable) -> None:
    decoded = decode(encode(bars(), icc_profile=b"no profile at all"), "p", OPTIONS)
    np.testing.assert_array_equal(decoded.rgba[..., :3], bars())


def test_only_the_first_frame_counts(encode: Callable) -> None:
    second = Image.new("RGB", (32, 20), (1, 2, 3))
    data = encode(Image.fromarray(bars()), "WEBP", save_all=True, append_images=[second], lossless=True)
    np.testing.assert_array_equal(decode(data, "p", OPTIONS).rgba[..., :3], bars())


def test_a_large_photo_is_shrunk_first(encode: Callable) -> None:
    big = Image.fromarray(bars()).resize((4000, 2500), Image.Resampling.NEAREST)
    decoded = decode(encode(big, "JPEG", quality=90), "p", OPTIONS)
    assert max(decoded.rgba.shape[:2]) == 1536
    assert decoded.scale == pytest.approx(4000 / 1536)
    assert np.abs(decoded.rgba[600, 576, :3].astype(int) - (30, 200, 30)).max() < 6


def bomb(width: int, height: int) -> bytes:
    """A PNG that claims `width` × `height` pixels in a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("width", "height", "pixels"), [(20000, 20000, "400,000,000"), (11000, 10000, "110,000,000")]
)
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_bomb_is_refused_unread(width: int, height: int, pixels: str) -> None:
    with pytest.raises(PhotoError) as caught:
        decode(bomb(width, height), "bomb.png", OPTIONS)
    said = str(caught.value)
    assert said.startswith("bomb.png: " + pixels)
    assert "89,000,000" in said


def test_the_pixel_limit_is_an_option() -> None:
    with pytest.raises(PhotoError, match="10,000 pixels"):
        decode(bomb(100, 100), "p", PhotoOptions(max_pixels=9_999))


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "TIFF"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_a_truncated_picture_is_a_clear_error(encode: Callable, form: str, share: float) -> None:
    rng = np.random.default_rng(0)
    data = encode(rng.integers(0, 255, (80, 80, 3), dtype=np.uint8), form)
    with pytest.raises(PhotoError, match=r"^cut\.img: ") as caught:
        decode(data[: int(len(data) * share)], "cut.img", OPTIONS)
    assert "\n" not in str(caught.value)


@pytest.mark.filterwarnings("ignore")
def test_noise_behind_a_signature_is_a_clear_error() -> None:
    rng = np.random.default_rng(0)
    for start in (
        b"\xff\xd8\xff\xe0",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\x10\x00\x00\x00WEBP",
        b"II*\x00",
        b"BM",
    ):
        for _ in range(20):
            with pytest.raises(PhotoError):
                decode(start + rng.bytes(200), "p", OPTIONS)


def test_one_pixel_is_a_picture(encode: Callable) -> None:
    assert decode(encode(np.full((1, 1, 3), 9, np.uint8)), "p", OPTIONS).rgba.tolist() == [[[9, 9, 9, 255]]]


def _linear_profile() -> bytes:
    """An ICC profile with sRGB's primaries and no curve: sRGB's own, its three curves made straight."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    straight = b"curv" + bytes(4) + struct.pack(">I", 0)
    buffer = io.BytesIO(data)
    buffer.seek(128)
    (count,) = struct.unpack(">I", buffer.read(4))
    for _ in range(count):
        name, at, size = struct.unpack(">4sII", buffer.read(12))
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            data[at : at + size] = straight.ljust(size, b"\0")
    return bytes(data)
