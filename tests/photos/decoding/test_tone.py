"""`to_8_bit`: deep, float and LAB images keep their tone; keyed transparency becomes alpha."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from vitrine.photos.decoding.decode import decode
from vitrine.recipe import PhotoOptions

OPTIONS = PhotoOptions()
RAMP = np.tile(np.linspace(0, 255, 256, dtype=np.uint8), (8, 1))


def tiff(pixels: np.ndarray | Image.Image) -> bytes:
    stream = io.BytesIO()
    (pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)).save(stream, "TIFF")
    return stream.getvalue()


def png(rows: list[bytes], width: int, depth: int, kind: int, *chunks: tuple[bytes, bytes]) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, len(rows), depth, kind, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = [(b"IHDR", head), *chunks, (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


@pytest.mark.parametrize(
    "data",
    [
        tiff(RAMP.astype(np.uint16) * 257),
        tiff(RAMP.astype(np.float32) / 255),
        tiff(RAMP.astype(np.float32)),
        tiff(RAMP.astype(np.float32) * 257),
        tiff(RAMP.astype(np.int32) * 257),
    ],
    ids=["16 bits", "0 to 1", "0 to 255", "0 to 65535", "32 bits"],
)
def test_deep_images_have_the_tone_of_8_bits(data: bytes) -> None:
    decoded = decode(data, "p", OPTIONS)
    assert np.abs(decoded.rgba[..., 0].astype(int) - RAMP).max() <= 1
    assert decoded.findings == ()


def test_nan_and_highlights_of_floats() -> None:
    values = RAMP.astype(np.float32) / 255
    values[0, 0], values[0, 1], values[0, 2] = np.nan, np.inf, -3
    level = decode(tiff(values), "p", OPTIONS).rgba[..., 0]
    assert (level[0, 0], level[0, 1], level[0, 2]) == (0, 255, 0)
    assert np.abs(level[1:].astype(int) - RAMP[1:]).max() <= 1


@pytest.mark.parametrize("top", [1023, 4095])
def test_12_bits_in_16_are_stretched_and_told(top: int) -> None:
    decoded = decode(tiff((RAMP / 255 * top).astype(np.uint16)), "p", OPTIONS)
    assert np.abs(decoded.rgba[..., 0].astype(int) - RAMP).max() <= 1
    assert [(f.code, f.limit) for f in decoded.findings] == [("BIT_DEPTH_GUESSED", top)]


def test_lab_becomes_srgb() -> None:
    rgb = Image.fromarray(np.full((16, 16, 3), (200, 60, 30), np.uint8))
    lab = ImageCms.profileToProfile(
        rgb, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    pixel = decode(tiff(lab), "p", OPTIONS).rgba[8, 8, :3].astype(int)
    assert np.abs(pixel - (200, 60, 30)).max() <= 4


def test_the_transparent_colour_in_every_bit_depth() -> None:
    deep = struct.pack(">6H", 0x1234, 0x5678, 0x9ABC, 0x4235, 0x5678, 0x9ABC)
    keys = {
        "RGB, 16 bits": png([deep], 2, 16, 2, (b"tRNS", struct.pack(">3H", 0x1234, 0x5678, 0x9ABC))),
        "grey, 16 bits": png([struct.pack(">2H", 500, 50000)], 2, 16, 0, (b"tRNS", struct.pack(">H", 500))),
        "grey, 8 bits": png([bytes([200, 10])], 2, 8, 0, (b"tRNS", struct.pack(">H", 200))),
        "grey, 4 bits": png([bytes([0xF0])], 2, 4, 0, (b"tRNS", struct.pack(">H", 15))),
        "grey, 2 bits": png([bytes([0b11000000])], 2, 2, 0, (b"tRNS", struct.pack(">H", 3))),
        "grey, 1 bit": png([bytes([0b10000000])], 2, 1, 0, (b"tRNS", struct.pack(">H", 1))),
    }
    for name, data in keys.items():
        assert decode(data, "p", OPTIONS).rgba[0, :, 3].tolist() == [0, 255], name


def test_p3_by_cicp_and_gamma_by_gama() -> None:
    row = bytes([255, 0, 0, 128, 128, 128])
    p3 = decode(png([row], 2, 8, 2, (b"cICP", bytes([12, 13, 0, 1]))), "p", OPTIONS).rgba[0, :, :3]
    assert p3[0].tolist() == [255, 0, 0]  # the red of P3 is beyond sRGB's
    assert np.abs(p3[1].astype(int) - 128).max() <= 1
    muted = bytes([200, 100, 100])
    wide = decode(png([muted], 1, 8, 2, (b"cICP", bytes([12, 13, 0, 1]))), "p", OPTIONS).rgba[0, 0, :3]
    assert np.abs(wide.astype(int) - (214, 94, 98)).max() <= 2
    linear = decode(png([row], 2, 8, 2, (b"gAMA", struct.pack(">I", 100000))), "p", OPTIONS).rgba[0, 1, 0]
    assert linear == 188
    usual = decode(png([row], 2, 8, 2, (b"gAMA", struct.pack(">I", 45455))), "p", OPTIONS).rgba[0, 1, 0]
    assert usual == 128


def test_a_large_deep_image_is_reduced_before_it_is_converted() -> None:
    row = np.linspace(0, 65535, 9600, dtype=np.uint16)
    deep = decode(tiff(np.tile(row, (9, 1))), "p", OPTIONS).rgba
    eight = decode(tiff(np.tile((row >> 8).astype(np.uint8), (9, 1))), "p", OPTIONS).rgba
    assert deep.shape == eight.shape == (1, 1536, 4)
    assert np.abs(deep[0].astype(int) - eight[0].astype(int)).max() <= 1


def test_transparency_of_a_reduced_image_is_the_share_of_its_pixels() -> None:
    rows = [bytes(4800 * 2) + b"\x80\x00" * 4800] * 6
    rgba = decode(png(rows, 9600, 16, 0, (b"tRNS", b"\0\0")), "p", OPTIONS).rgba
    assert {tuple(pixel) for pixel in rgba[0, 10:700, 3:]} == {(0,)}
    assert {tuple(pixel) for pixel in rgba[0, 900:1500, 3:]} == {(255,)}
