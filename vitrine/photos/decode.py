"""Decode an image file to upright sRGB RGBA pixels, downscaled to what the later steps need."""

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
"""Images are downscaled to this many times `max_px`, as the subject fills only part of the frame."""

TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The transposition that undoes each EXIF orientation (EXIF 2.32, tag 0x0112)."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo in memory."""

    rgba: npt.NDArray[np.uint8]
    """(h, w, 4) uint8 sRGB, straight alpha, upright"""
    scale: float
    """Pixels of the original for each pixel here, >= 1."""


def decode(data: bytes, source: str, options: PhotoOptions) -> Decoded:
    """Decode the first frame of `data`.

    Applies EXIF orientation and the embedded colour profile; takes every mode Pillow reads, with the
    transparency of palettes, of LA, and of a transparent colour. Raises `PhotoError`, naming `source`, for
    data that is no image, is truncated, or has more than `options.max_pixels` pixels by its header.
    """
    require_image(data, source)
    try:
        image = Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        count = re.search(r"\d+", str(error))
        raise _too_large(source, int(count[0]) if count else 2**31, "", options) from error
    except UnidentifiedImageError as error:
        raise PhotoError(f"{source}: not an image that can be read; save it as PNG, JPEG or WebP") from error
    except Exception as error:  # a malformed header can raise anything inside a format's parser
        raise PhotoError(f"{source}: damaged image: {error}") from error
    width, height = image.size
    if width * height > options.max_pixels:
        raise _too_large(source, width * height, f" ({width:,} × {height:,})", options)
    limit = round(options.max_px * WORK_SCALE)
    try:
        image.draft("RGB" if image.mode == "RGB" else image.mode, (limit, limit))
        image.load()
        turn = TRANSPOSE.get(image.getexif().get(ExifTags.Base.Orientation, 1))
        small = _downscale(_to_8_bit(image), limit)
        rgba = _to_rgba(small.transpose(turn) if turn is not None else small, image.info.get("icc_profile"))
    except Exception as error:
        raise PhotoError(f"{source}: damaged or truncated image: {error}") from error
    return Decoded(rgba, scale=max(1.0, max(width, height) / max(rgba.shape[:2])))


def _too_large(source: str, pixels: int, size: str, options: PhotoOptions) -> PhotoError:
    return PhotoError(
        f"{source}: {pixels:,} pixels{size}, the limit is {options.max_pixels:,}: "
        "shrink the image first (photo.max_pixels)"
    )


def _downscale(image: Image.Image, limit: int) -> Image.Image:
    if max(image.size) <= limit:
        return image
    factor = limit / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)


def _to_rgba(image: Image.Image, profile: object) -> npt.NDArray[np.uint8]:
    if isinstance(profile, bytes) and profile:
        image = _to_srgb(image, profile)
    return np.array(image.convert("RGBA"))


def _to_8_bit(image: Image.Image) -> Image.Image:
    """Convert to 8-bit L, LA, RGB, RGBA or CMYK; transparency becomes alpha."""
    transparent = image.info.get("transparency")
    if image.mode.startswith(("I", "F")):
        values = np.asarray(image).astype(np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0 if values.max(initial=0) > 1 else 1.0
        if image.mode.startswith("I;16"):
            top = 65535.0
        levels = np.clip(np.round(values / top * 255), 0, 255).astype(np.uint8)
        if isinstance(transparent, int):
            opaque = np.where(values == transparent, 0, 255).astype(np.uint8)
            return Image.fromarray(np.dstack([levels, opaque]), "LA")
        return Image.fromarray(levels, "L")
    if transparent is not None or image.mode in ("PA", "La", "RGBa"):
        return image.convert("RGBA")
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Convert from the embedded profile to sRGB; a profile that does not fit the image is ignored."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    base = {"LA": "L", "RGBA": "RGB"}.get(image.mode, image.mode)
    try:
        converted = ImageCms.profileToProfile(
            image if base == image.mode else image.convert(base),
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    if converted is None:
        return image
    if alpha is not None:
        converted.putalpha(alpha)
    return converted
