"""Photos that ask for more memory or time than they have bytes, that are broken, or that are no photos."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from collections.abc import Callable

import numpy as np
from PIL import Image

from benchmarks.hostile_models import png, png_chunk


def encoded(pixels: np.ndarray, form: str, **options: object) -> bytes:
    """Return pixels as an image file."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form, **options)
    return out.getvalue()


def _tiff(pixels: np.ndarray, compression: str) -> bytes:
    return encoded(pixels, "TIFF", compression=compression)


def _text_bomb() -> bytes:
    text = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    small = png(64, 64)
    return small[:33] + png_chunk(b"zTXt", text) + small[33:]


def _profile_bomb() -> bytes:
    profile = b"icc\0\0" + zlib.compress(bytes(80_000_000), 9)
    small = png(64, 64)
    return small[:33] + png_chunk(b"iCCP", profile) + small[33:]


def _header(width: int, height: int) -> bytes:
    """A PNG that says its size and has no pixel."""
    fields = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = png_chunk(b"IDAT", zlib.compress(b"\0"))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", fields) + data + png_chunk(b"IEND")


def _jpeg() -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (256, 256, 3), dtype=np.uint8)
    return encoded(noise, "JPEG", quality=90)


def _jpeg_of_size(width: int, height: int) -> bytes:
    """A small JPEG whose frame header says another size."""
    data = bytearray(_jpeg())
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def _gif_of_size(width: int, height: int) -> bytes:
    data = bytearray(encoded(np.zeros((4, 4), np.uint8), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def _bmp_of_size(width: int, height: int) -> bytes:
    data = bytearray(encoded(np.zeros((4, 4, 3), np.uint8), "BMP"))
    data[18:26] = struct.pack("<ii", width, height)
    return bytes(data)


def _tiff_loop() -> bytes:
    """A TIFF whose directory follows itself."""
    entries = [
        (256, 3, 1, 4),
        (257, 3, 1, 4),
        (258, 3, 1, 8),
        (262, 3, 1, 1),
        (273, 4, 1, 8),
        (279, 4, 1, 16),
    ]
    body = struct.pack("<H", len(entries))
    body += b"".join(struct.pack("<HHII", *entry) for entry in entries) + struct.pack("<I", 8)
    return b"II*\0" + struct.pack("<I", 8) + body


PHOTOS: dict[str, Callable[[], bytes]] = {
    "png-88-megapixels-16-bits": lambda: png(9380, 9380, depth=16, kind=0),
    "png-88-megapixels-rgb": lambda: png(9380, 9380),
    "png-of-4-billion-pixels": lambda: _header(65_535, 65_535),
    "png-of-2-billion-columns": lambda: _header(2**31 - 1, 1),
    "png-of-no-pixel": lambda: _header(0, 0),
    "png-text-80-mb": _text_bomb,
    "png-profile-80-mb": _profile_bomb,
    "png-cut-short": lambda: png(512, 512)[:200],
    "png-wrong-checksum": lambda: png(64, 64).replace(b"IDAT", b"IDAU"),
    "png-without-pixels": lambda: b"\x89PNG\r\n\x1a\n" + png_chunk(b"IEND"),
    "png-chunk-of-4-gb": lambda: png(64, 64)[:33] + struct.pack(">I", 2**32 - 1) + b"IDAT",
    "tiff-float-88-megapixels": lambda: _tiff(np.zeros((9380, 9380), np.float32), "tiff_adobe_deflate"),
    "tiff-float-nan": lambda: _tiff(np.full((64, 64), np.nan, np.float32), "raw"),
    "tiff-follows-itself": _tiff_loop,
    "tiff-cut-short": lambda: _tiff(np.zeros((64, 64), np.uint8), "tiff_lzw")[:40],
    "jpeg-of-4-billion-pixels": lambda: _jpeg_of_size(65_535, 65_535),
    "jpeg-of-no-row": lambda: _jpeg_of_size(256, 0),
    "jpeg-half": lambda: _jpeg()[: len(_jpeg()) // 2],
    "jpeg-header-only": lambda: b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "gif-of-4-billion-pixels": lambda: _gif_of_size(65_535, 65_535),
    "bmp-of-many-pixels": lambda: _bmp_of_size(100_000, 100_000),
    "bmp-of-negative-size": lambda: _bmp_of_size(-4, 2**30),
    "webp-cut-short": lambda: encoded(np.zeros((64, 64, 3), np.uint8), "WEBP")[:30],
    "avif-88-megapixels": lambda: encoded(np.zeros((512, 512, 3), np.uint8), "AVIF")[:80],
    "heic-of-nothing": lambda: struct.pack(">I", 24) + b"ftypheic\0\0\0\0heicmif1" + bytes(100),
    "jpeg-2000-of-nothing": lambda: b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(40),
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "html": lambda: b"<!doctype html><html><script>alert(1)</script></html>",
    "gzip-of-a-png": lambda: gzip.compress(png(64, 64)),
    "zip": lambda: b"PK\x03\x04" + bytes(60),
    "terminal-escapes": lambda: b"\x1b]0;owned\x07\x1b[2J",
    "nothing": lambda: b"",
    "white": lambda: encoded(np.full((800, 800, 3), 255, np.uint8), "PNG"),
}
"""Each is refused with its name before anything is bought."""
