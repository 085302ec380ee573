"""`open_image` and `load_image`: HEIC and AVIF of every brand, JPEGs that end early, what is named."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from benchmarks.hostile_models import png
from vitrine.errors import PhotoError
from vitrine.photos.decoding.decode import decode
from vitrine.recipe import PhotoOptions

OPTIONS = PhotoOptions()


def picture(height: int = 96, width: int = 128) -> np.ndarray:
    """A smooth picture whose corners differ, (h, w, 3) uint8."""
    y, x = np.mgrid[:height, :width]
    return np.dstack([x * 255 // width, y * 255 // height, np.full_like(x, 60)]).astype(np.uint8)


def heic(rgb: np.ndarray, **info: object) -> bytes:
    stream = io.BytesIO()
    file = pillow_heif.from_pillow(Image.fromarray(rgb))
    file.info.update(info)
    file.save(stream, quality=90)
    return stream.getvalue()


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"heis", b"mif1", b"msf1"])
def test_heic_of_every_brand(brand: bytes) -> None:
    data = heic(picture())
    decoded = decode(data[:8] + brand + data[12:], "IMG_0001.jpg", OPTIONS)
    assert np.abs(decoded.rgba[..., :3].astype(int) - picture()).mean() < 6


def test_heic_is_turned_once() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = np.ascontiguousarray(picture().transpose(1, 0, 2)[:, ::1][::-1])
    decoded = decode(heic(stored, exif=exif.tobytes()), "p.heic", OPTIONS)
    assert decoded.rgba.shape[:2] == (96, 128)
    assert np.abs(decoded.rgba[..., :3].astype(int) - picture()).mean() < 6


def test_a_heic_that_is_damaged_says_how_to_go_on() -> None:
    data = heic(picture())
    for size in (200, len(data) // 2):
        with pytest.raises(PhotoError, match=r"HEIC.*Most Compatible|damaged") as caught:
            decode(data[:size], "p.heic", OPTIONS)
        assert "\n" not in str(caught.value)


def test_a_heic_has_the_limit_of_pixels() -> None:
    with pytest.raises(PhotoError, match="the limit is 1,000"):
        decode(heic(picture()), "p.heic", PhotoOptions(max_pixels=1000))


@pytest.mark.parametrize("brand", [b"avif", b"avis", b"mif1", b"msf1"])
def test_avif_of_every_brand(encode: Callable, brand: bytes) -> None:
    data = encode(picture(), "AVIF", quality=95)
    decoded = decode(data[:8] + brand + data[12:], "p", OPTIONS)
    assert np.abs(decoded.rgba[..., :3].astype(int) - picture()).mean() < 6


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_last_bytes_is_a_photo(encode: Callable, progressive: bool) -> None:
    data = encode(picture(800, 600), "JPEG", quality=90, progressive=progressive)
    whole = decode(data, "p", OPTIONS).rgba.astype(int)
    for cut in (1, 2, 20):
        decoded = decode(data[:-cut], "p", OPTIONS)
        assert [f.code for f in decoded.findings] == ["PHOTO_CUT_SHORT"]
        assert np.abs(decoded.rgba.astype(int) - whole).max(axis=2)[:-48].max() <= 60
        assert np.abs(decoded.rgba.astype(int) - whole).mean() < 2
    assert decode(data, "p", OPTIONS).findings == ()


def test_missing_rows_repeat_the_last_one(encode: Callable) -> None:
    noisy = np.random.default_rng(5).integers(0, 90, (640, 480, 3)).astype(np.uint8)
    data = encode(noisy, "JPEG", quality=90)
    decoded = decode(data[: int(len(data) * 0.97)], "p", OPTIONS)
    assert decoded.findings[0].measured == pytest.approx(0.03, abs=0.02)
    assert decoded.rgba[-1, :, :3].max() < 126 or decoded.rgba[-1].std() > 5
    np.testing.assert_array_equal(decoded.rgba[-1], decoded.rgba[-2])


def test_half_a_jpeg_is_refused_with_what_is_missing(encode: Callable) -> None:
    data = encode(np.random.default_rng(5).integers(0, 90, (640, 480, 3)).astype(np.uint8), "JPEG")
    with pytest.raises(PhotoError, match=r"the last \d\d% of it are missing"):
        decode(data[: len(data) // 2], "p", OPTIONS)


@pytest.mark.parametrize("quote", ['tiff:Orientation="6"', "tiff:Orientation='6'", "<tiff:Orientation>6<"])
@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_orientation_in_xmp_only(encode: Callable, quote: str, form: str) -> None:
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/' {quote}></x:xmpmeta>".encode()
    assert decode(encode(picture(), form, xmp=xmp), "p", OPTIONS).rgba.shape[:2] == (128, 96)


def test_damaged_exif_does_not_matter(encode: Callable) -> None:
    data = encode(picture(), "JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\x7f")
    assert decode(data, "p", OPTIONS).rgba.shape[:2] == (96, 128)


def test_the_first_frame_counts_and_is_told(encode: Callable) -> None:
    frames = [Image.fromarray(picture()), Image.fromarray(picture()[::-1].copy())]
    for form in ("GIF", "PNG", "WEBP", "TIFF"):
        decoded = decode(encode(frames[0], form, save_all=True, append_images=frames[1:]), "p", OPTIONS)
        assert decoded.frames == 2, form
        assert [f.code for f in decoded.findings] == ["FRAMES_LEFT_OUT"]
    mpo = encode(frames[0], "MPO", save_all=True, append_images=frames[1:])
    assert decode(mpo, "p", OPTIONS).findings == ()


@pytest.mark.parametrize(("depth", "kind"), [(16, 0), (8, 2)])
def test_many_pixels_in_a_few_bytes_are_refused_by_the_header(depth: int, kind: int) -> None:
    data = png(9380, 9380, depth=depth, kind=kind)
    with pytest.raises(PhotoError, match=r"9,380 × 9,380 pixels in .* limit is 500 \(photo.max_expansion\)"):
        decode(data, "p.png", OPTIONS)
    small = png(4096, 4096, kind=0)
    assert decode(small, "p.png", OPTIONS).rgba.shape == (1536, 1536, 4)


def test_a_heic_is_measured_before_it_is_decoded() -> None:
    with pytest.raises(PhotoError, match=r"pixels.*\(photo.max_pixels\)"):
        decode(heic(picture()), "p.heic", PhotoOptions(max_pixels=100))


def planar_tiff(pixels: np.ndarray, order: str) -> bytes:
    """An uncompressed TIFF with one plane a channel, from (h, w, bands) of an unsigned type."""
    height, width, bands = pixels.shape
    planes = [pixels[..., band].astype(pixels.dtype.newbyteorder(order)).tobytes() for band in range(bands)]
    at = 8 + 2 + 12 * 10 + 4
    bits = struct.pack(f"{order}{bands}H", *[pixels.itemsize * 8] * bands)
    start = at + len(bits) + 8 * bands
    starts = struct.pack(f"{order}{bands}I", *[start + len(planes[0]) * band for band in range(bands)])
    sizes = struct.pack(f"{order}{bands}I", *map(len, planes))
    shorts, longs = (259, 262, 277, 284), (256, 257, 258, 273, 278, 279)
    values = {256: width, 257: height, 258: at, 259: 1, 262: 2, 273: at + len(bits), 277: bands, 278: height}
    values |= {279: at + len(bits) + len(starts), 284: 2}
    directory = b""
    for tag in sorted((*shorts, *longs)):
        kind, count = 3 if tag in (*shorts, 258) else 4, bands if tag in (258, 273, 279) else 1
        value = struct.pack(
            f"{order}HH" if tag in shorts else f"{order}I", values[tag], *[0] * (tag in shorts)
        )
        directory += struct.pack(f"{order}HHI", tag, kind, count) + value
    mark = b"II*\0" if order == "<" else b"MM\0*"
    head = mark + struct.pack(f"{order}IH", 8, 10)
    return head + directory + bytes(4) + bits + starts + sizes + b"".join(planes)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_tiffs_with_a_plane_for_each_channel(order: str, kind: type) -> None:
    pixels = picture().astype(kind) * (257 if kind is np.uint16 else 1)
    decoded = decode(planar_tiff(pixels, order), "scan.tif", OPTIONS)
    assert np.abs(decoded.rgba[..., :3].astype(int) - picture()).max() <= 1


def test_planes_that_are_not_read_are_named() -> None:
    pixels = np.dstack([picture(), picture()[..., :1]]).astype(np.uint16) * 257
    with pytest.raises(PhotoError, match=r"scan.tif: a TIFF with 4 uncompressed planes .* save it as"):
        decode(planar_tiff(pixels, "<"), "scan.tif", OPTIONS)
