"""Open an image file with the decoder of its format, and read one that ends too early."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from vitrine.errors import PhotoError
from vitrine.photos.decoding.file_signature import brands, require_image
from vitrine.plain_text import count_of
from vitrine.recipe import PhotoOptions

MAX_MISSING_ROWS = 0.05
"""Largest share of a JPEG's rows that may be missing at its end."""
FILL_LEVEL = (126, 129)
"""libjpeg draws what is missing in mid-grey, give or take its rounding."""
SMALL_PIXELS = 1 << 24
"""Up to 4096 x 4096 pixels, an image may be as empty as it likes."""
BYTES_A_PIXEL = {"1": 1 / 8, "L": 1, "P": 1, "LA": 2, "PA": 2, "I;16": 2, "I;16B": 2, "I;16L": 2, "RGB": 3}
"""Of Pillow's modes; the others take 4."""
PLANAR_CONFIGURATION, SEPARATE, BITS_PER_SAMPLE = 284, 2, 258
"""TIFF 6.0, section 8: the tag, its value for one plane a channel, and the tag for the bits of a channel."""
BANDS = tuple("RGBAXCMYK")
END_OF_IMAGE = b"\xff\xd9"


def open_image(data: bytes, source: str, options: PhotoOptions) -> Image.Image:
    """Return the first image of `data`, or a HEIC file's primary one, its header read and no pixel.

    Raises `PhotoError`, naming `source`, for data that is no image, and for one that has more than
    `options.max_pixels` pixels by its header.
    """
    form = require_image(data, source)
    try:
        if form == "HEIC":
            image = _open_heic(data, source, options)
        else:
            image = Image.open(io.BytesIO(_as_still(data, form)))
    except PhotoError:
        raise
    except Image.DecompressionBombError as error:
        count = re.search(r"\d+", str(error))
        raise _too_large(source, int(count[0]) if count else 2**31, "", options) from error
    except UnidentifiedImageError as error:
        raise PhotoError(
            f"{source}: a {form} of a kind that is not read{_tiff_kind(data)}; "
            "save it as PNG or JPEG with 8 bits a channel"
        ) from error
    except Exception as error:  # a malformed header can raise anything inside a format's parser
        advice = "; save it as JPEG (on an iPhone: Settings, Camera, Formats, Most Compatible)"
        said = " ".join(str(error).split())  # libheif's ends with a line break
        raise PhotoError(
            f"{source}: damaged {form} image: {said}{advice if form == 'HEIC' else ''}"
        ) from error
    _check_size(image.size, BYTES_A_PIXEL.get(image.mode, 4), len(data), source, options)
    if form == "TIFF":
        _correct_planes(image, data, source)
    return image


def load_image(image: Image.Image, data: bytes, limit_px: int) -> tuple[Image.Image, float | None]:
    """Decode the pixels of `image`, which `open_image` opened from `data`.

    A JPEG is decoded at the smallest of its scales whose longer side is at least `limit_px`. Returns the
    image, and for a JPEG whose data ends too early the share of its rows that are missing, which repeat the
    last row. Raises `OSError` where more than `MAX_MISSING_ROWS` are missing, and for damage of any other
    kind.
    """
    mode = "RGB" if image.mode == "RGB" else image.mode
    try:
        image.draft(mode, (limit_px, limit_px))
        image.load()
        return image, None
    except OSError as error:
        if image.format not in ("JPEG", "MPO") or "truncated" not in str(error):
            raise
        image = Image.open(io.BytesIO(data + END_OF_IMAGE), formats=("JPEG",))
        image.draft(mode, (limit_px, limit_px))
        image.load()
        missing = _missing_rows(image)
        if missing > MAX_MISSING_ROWS * image.height:
            share = missing / image.height
            raise OSError(f"the last {share:.0%} of it are missing (the file was cut short)") from error
        return _repeat_last_row(image, missing), missing / image.height


def _check_size(
    size: tuple[int, int], bytes_a_pixel: float, size_bytes: int, source: str, options: PhotoOptions
) -> None:
    """Raise `PhotoError` for too many pixels, and for many in few bytes: photos have noise."""
    width, height = size
    if width * height > options.max_pixels:
        raise _too_large(source, width * height, f" ({width:,} × {height:,})", options)
    expansion = width * height * bytes_a_pixel / size_bytes
    if width * height > SMALL_PIXELS and expansion > options.max_expansion:
        raise PhotoError(
            f"{source}: {width:,} × {height:,} pixels in {size_bytes:,} bytes is {expansion:,.0f} bytes for "
            f"each one of the file, the limit is {options.max_expansion:g} (photo.max_expansion)"
        )


def _open_heic(data: bytes, source: str, options: PhotoOptions) -> Image.Image:
    import pillow_heif  # brings libheif, which few photos need

    file = pillow_heif.open_heif(data)
    _check_size(file.size, 3, len(data), source, options)  # before libheif decodes it, below
    image: Image.Image = file.to_pillow()
    return image


def _as_still(data: bytes, form: str) -> bytes:
    """Name a still AVIF as one: with the brand of a sequence, libavif looks for a track that it lacks."""
    if form == "AVIF" and brands(data)[0] in (b"avis", b"msf1") and b"moov" not in data:
        return data[:8] + b"avif" + data[12:]
    return data


def _correct_planes(image: Any, data: bytes, source: str) -> None:
    """Let Pillow read uncompressed planes of 16 bits as such: it takes them for planes of 8 bits."""
    tags: Mapping[int, Any] = getattr(image, "tag_v2", {})
    planes = [tile for tile in image.tile if tile.codec_name == "raw" and tile.args and tile.args[0] in BANDS]
    if tags.get(PLANAR_CONFIGURATION) != SEPARATE or not planes or max(tags.get(BITS_PER_SAMPLE, (8,))) == 8:
        return
    if image.mode != "RGB":
        raise PhotoError(
            f"{source}: a TIFF with {count_of(len(planes), 'uncompressed plane')}{_tiff_kind(data)} "
            "is not read; save it as PNG or JPEG"
        )
    order = "B" if data.startswith(b"MM") else "L"
    image.tile = [tile._replace(args=(f"{tile.args[0]};16{order}", *tile.args[1:])) for tile in planes]


def _missing_rows(image: Image.Image) -> int:
    """Return how many rows at the bottom end in libjpeg's fill: a file ends within a row of blocks."""
    pixels = np.asarray(image).reshape(image.height, image.width, -1)
    end = pixels[:, -8:]
    fill = np.asarray(((end >= FILL_LEVEL[0]) & (end <= FILL_LEVEL[1])).all(axis=(1, 2)))
    return int(image.height if fill.all() else np.argmin(fill[::-1]))


def _repeat_last_row(image: Image.Image, missing: int) -> Image.Image:
    if not missing:
        return image
    pixels = np.array(image)
    pixels[-missing:] = pixels[-missing - 1]
    filled = Image.fromarray(pixels, image.mode)
    filled.info = image.info
    return filled


def _tiff_kind(data: bytes) -> str:
    """Say what is in a TIFF, such as " (3 channels of 32 bits, float)"; nothing for another file."""
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    if data[:2] not in (b"II", b"MM"):
        return ""
    try:
        tags = ImageFileDirectory_v2(data[:8])
        tags.load(_at(data, tags.next))
        bits = tags.get(258, (1,))
        kind = {1: "", 2: ", signed", 3: ", float"}.get(tags.get(339, (1,))[0], "")
        return f" ({len(bits)} channels of {bits[0]} bits{kind})"
    except Exception:  # the message says less about a directory that does not parse
        return ""


def _at(data: bytes, offset: int) -> io.BytesIO:
    stream = io.BytesIO(data)
    stream.seek(offset)
    return stream


def _too_large(source: str, pixels: int, size: str, options: PhotoOptions) -> PhotoError:
    return PhotoError(
        f"{source}: {pixels:,} pixels{size}, the limit is {options.max_pixels:,}: "
        "shrink the image first (photo.max_pixels)"
    )
