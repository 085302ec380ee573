"""Any picture file to upright sRGB RGBA pixels, never larger than the work needs."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from vitrine.errors import PhotoError
from vitrine.photos.file_signature import require_image
from vitrine.recipe import PhotoOptions

WORK_SCALE = 1.5
"""Pictures are shrunk to this many times `max_px` before heavy work; a subject fills part of the frame."""

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each EXIF orientation (EXIF 2.32, tag 0x0112)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo in memory."""

    rgba: npt.NDArray[np.uint8]
    """(h, w, 4), sRGB, straight alpha, upright"""
    scale: float
    """Original pixels for each pixel here, >= 1."""


def decode(data: bytes, source: str, options: PhotoOptions) -> Decoded:
    """Decode the first frame of `data`.

    Applies EXIF orientation and the embedded colour profile; takes every mode Pillow reads, with the
    transparency of palettes, of LA, and of a colour named transparent. Raises `PhotoError`, naming `source`,
    for what is no picture, is cut short, or has more than `options.max_pixels` pixels (told from its header).
    """
    require_image(data, source)
    try:
        picture = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        count = re.search(r"\d+", str(error))
        raise _too_large(source, int(count[0]) if count else 2**31, "", options) from error
    except UnidentifiedImageError as error:
        raise PhotoError(f"{source}: not a picture that can be read; save it as PNG, JPEG or WebP") from error
    except Exception as error:  # a malformed header can raise anything inside a format's parser
        raise PhotoError(f"{source}: damaged picture: {error}") from error
    width, height = picture.size
    if width * height > options.max_pixels:
        raise _too_large(source, width * height, f" ({width:,} × {height:,})", options)
    limit = round(options.max_px * WORK_SCALE)
    try:
        picture.draft("RGB" if picture.mode == "RGB" else picture.mode, (limit, limit))
        picture.load()
        turn = TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
        small = _shrunk(_plain(picture), limit)
        rgba = _to_rgba(small.transpose(turn) if turn is not None else small, picture.info.get("icc_profile"))
    except Exception as error:
        raise PhotoError(f"{source}: damaged or cut-short picture: {error}") from error
    return Decoded(rgba, scale=max(1.0, max(width, height) / max(rgba.shape[:2])))


def _too_large(source: str, pixels: int, size: str, options: PhotoOptions) -> PhotoError:
    return PhotoError(
        f"{source}: {pixels:,} pixels{size}, the limit is {options.max_pixels:,}: "
        "shrink the picture first (photo.max_pixels)"
    )


def _shrunk(picture: Image.Image, limit: int) -> Image.Image:
    if max(picture.size) <= limit:
        return picture
    factor = limit / max(picture.size)
    size = (max(1, round(picture.width * factor)), max(1, round(picture.height * factor)))
    return picture.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)


def _to_rgba(picture: Image.Image, profile: object) -> npt.NDArray[np.uint8]:
    if isinstance(profile, bytes) and profile:
        picture = _to_srgb(picture, profile)
    return np.array(picture.convert("RGBA"))


def _plain(picture: Image.Image) -> Image.Image:
    """The picture as 8-bit L, LA, RGB, RGBA or CMYK, transparency kept as alpha."""
    transparent = picture.info.get("transparency")
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture).astype(np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0 if values.max(initial=0) > 1 else 1.0
        if picture.mode.startswith("I;16"):
            top = 65535.0
        levels = np.clip(np.round(values / top * 255), 0, 255).astype(np.uint8)
        if isinstance(transparent, int):
            opaque = np.where(values == transparent, 0, 255).astype(np.uint8)
            return Image.fromarray(np.dstack([levels, opaque]), "LA")
        return Image.fromarray(levels, "L")
    if transparent is not None or picture.mode in ("PA", "La", "RGBa"):
        return picture.convert("RGBA")
    if picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return picture
    return picture.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """Colours as the profile means them, in sRGB; a profile that does not fit the picture is ignored."""
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    base = {"LA": "L", "RGBA": "RGB"}.get(picture.mode, picture.mode)
    try:
        converted = ImageCms.profileToProfile(
            picture if base == picture.mode else picture.convert(base),
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    if converted is None:
        return picture
    if alpha is not None:
        converted.putalpha(alpha)
    return converted
