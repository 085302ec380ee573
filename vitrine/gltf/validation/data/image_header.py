"""Size and features of an image, from its header; no pixel is decoded."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from vitrine.gltf.validation.image_kind import image_media_type

SRGB_PRIMARIES = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
"""White point, red, green and blue of sRGB as in a cHRM chunk: x and y times 100,000."""
SRGB_GAMMA = 45455
LINEAR_GAMMA = 100000
PNG_LENGTHS = {b"IHDR": 13, b"cHRM": 32, b"sRGB": 1, b"pHYs": 9, b"gAMA": 4}
"""Bytes of the chunks of a PNG that are read."""


class ImageError(ValueError):
    """An image is broken."""


class ImageEndError(ImageError):
    """An image ends before its size is known."""


class ImageUnknownError(ImageError):
    """The format of an image is not known."""


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What the header of an image says."""

    media_type: str
    width: int
    height: int
    has_unsupported_features: bool = False
    """A colour profile other than sRGB, pixels that are not square, or frames"""


def read_image_header(data: memoryview) -> ImageHeader:
    """Read the header of a JPEG, PNG or WebP.

    Raises `ImageUnknownError` for other formats, `ImageEndError` for a truncated header and `ImageError` for
    a broken one.
    """
    match image_media_type(data):
        case "image/jpeg":
            return _read_jpeg(data)
        case "image/png":
            return _read_png(data)
        case "image/webp":
            return _read_webp(data)
        case _:
            raise ImageUnknownError("the format is not known")


def _is_frame(marker: int) -> bool:
    """Whether a marker of a JPEG starts a frame header, which has the size (ITU-T T.81, table B.1)."""
    return (0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)) or marker == 0xDE


def _has_segment(marker: int) -> bool:
    return not (marker in (0x01, 0xD8, 0xD9, 0xFF) or 0xD0 <= marker <= 0xD7)


def _read_jpeg(data: memoryview) -> ImageHeader:
    offset = 1
    while offset < len(data):
        marker = data[offset]
        offset += 1
        if not _has_segment(marker):
            continue
        if offset + 2 > len(data):
            break
        length = int.from_bytes(data[offset : offset + 2], "big")
        if length < 2:
            raise ImageError("a segment of the JPEG has a wrong length")
        if _is_frame(marker):
            frame = data[offset + 2 : offset + length]
            if len(frame) < length - 2 or len(frame) < 6:
                break
            height, width, channels = struct.unpack_from(">HHB", frame, 1)
            if channels not in (1, 3):
                raise ImageError(f"the JPEG has {channels} channels")
            return ImageHeader("image/jpeg", width, height)
        offset += length
    raise ImageEndError("the JPEG ends before its size")


def _read_png(data: memoryview) -> ImageHeader:
    offset = 8
    size: tuple[int, int] | None = None
    chunks: dict[bytes, bytes] = {}
    while offset + 8 <= len(data):
        length = int.from_bytes(data[offset : offset + 4], "big")
        name = bytes(data[offset + 4 : offset + 8])
        if name in PNG_LENGTHS and length != PNG_LENGTHS[name]:
            raise ImageError(f"a chunk {name.decode()} of the PNG has {length} bytes")
        if name == b"IDAT":
            if size is None:
                raise ImageError("the PNG has no header")
            return ImageHeader("image/png", *size, _has_png_features(chunks))
        content = bytes(data[offset + 8 : offset + 8 + min(length, 32)])
        if len(content) < min(length, 32):
            break
        if name == b"IHDR":
            size = struct.unpack_from(">II", content)
        chunks.setdefault(name, content)
        offset += 12 + length
    raise ImageEndError("the PNG ends before its pixels")


def _has_png_features(chunks: dict[bytes, bytes]) -> bool:
    density = chunks.get(b"pHYs")
    if density is not None and density[:4] != density[4:8]:
        return True
    profiles = [name for name in chunks if name in (b"iCCP", b"sRGB")]
    if profiles:
        return profiles[-1] == b"iCCP"
    primaries, gamma = chunks.get(b"cHRM"), chunks.get(b"gAMA")
    if primaries is not None and struct.unpack(">8I", primaries) != SRGB_PRIMARIES:
        return True
    known = (SRGB_GAMMA, LINEAR_GAMMA)
    return gamma is not None and int.from_bytes(gamma, "big") not in known


def _read_webp(data: memoryview) -> ImageHeader:
    if len(data) < 25 or (len(data) < 30 and data[15] != ord("L")):
        raise ImageEndError("the WebP ends before its size")
    head = bytes(data[:30])
    kind = head[12:16]
    if kind == b"VP8 ":
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", head, 26))
        return ImageHeader("image/webp", width, height)
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return ImageHeader("image/webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if kind == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        height = int.from_bytes(head[27:30], "little") + 1
        return ImageHeader("image/webp", width, height, bool(head[20] & 0x22))
    raise ImageError("the WebP has an unknown header")
