"""Decode an image file to upright sRGB RGBA pixels, downscaled to what the later steps need."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from vitrine.errors import PhotoError
from vitrine.models import Finding
from vitrine.photos.decoding.colour_profile import cicp_codes, to_srgb
from vitrine.photos.decoding.open_image import MAX_MISSING_ROWS, load_image, open_image
from vitrine.photos.decoding.tone import to_8_bit
from vitrine.photos.findings import photo_finding
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
XMP_ORIENTATION = re.compile(rb"tiff:Orientation\s*(?:=\s*[\"']|>)\s*([1-8])")
FRAMED_FORMATS = ("GIF", "PNG", "WEBP", "AVIF", "TIFF")
"""Formats whose further images are frames or pages; an MPO's are gain maps and depth."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A photo in memory."""

    rgba: npt.NDArray[np.uint8]
    """(h, w, 4) uint8 sRGB, straight alpha, upright"""
    scale: float
    """Pixels of the original for each pixel here, >= 1."""
    frames: int = 1
    """Frames of an animation, or pages of a TIFF; the first is here."""
    findings: tuple[Finding, ...] = ()


def decode(data: bytes, source: str, options: PhotoOptions) -> Decoded:
    """Decode the first frame of `data`.

    Applies the orientation of EXIF or XMP and the embedded colour profile; takes every mode Pillow reads,
    with the transparency of palettes, of LA, and of a transparent colour, and HEIC. A JPEG that lacks its
    last rows is read with a finding. Raises `PhotoError`, naming `source`, for data that is no image, is
    truncated further, or has more than `options.max_pixels` pixels by its header.
    """
    image = open_image(data, source, options)
    size, form = image.size, image.format
    limit = round(options.max_px * WORK_SCALE)
    found: list[Finding] = []
    try:
        frames = _frames(image)
        raw_mode = _raw_mode(image)
        image, missing = load_image(image, data, limit)
        # libheif has turned the pixels already, whatever EXIF and XMP say.
        turn = TRANSPOSE.get(1 if form is None else _orientation(image))
        cicp = cicp_codes(data, image)
        info = image.info
        image, notes = to_8_bit(image, raw_mode, limit_px=limit)
        small = _downscale(image, limit)
        small.info = {key: value for key, value in info.items() if key != "transparency"}
        rgba = np.array(to_srgb(small.transpose(turn) if turn is not None else small, cicp).convert("RGBA"))
    except Exception as error:
        raise PhotoError(f"{source}: damaged or truncated image: {error}") from error
    if missing is not None:
        found.append(photo_finding("PHOTO_CUT_SHORT", measured=missing, limit=MAX_MISSING_ROWS))
    if frames > 1:
        found.append(photo_finding("FRAMES_LEFT_OUT", measured=frames, limit=1))
    scale = max(1.0, max(size) / max(rgba.shape[:2]))
    return Decoded(rgba, scale, frames, (*found, *notes))


def _frames(image: Image.Image) -> int:
    return int(getattr(image, "n_frames", 1)) if image.format in FRAMED_FORMATS else 1


def _raw_mode(image: Image.Image) -> str:
    """Return Pillow's name of the pixels in the file, such as "RGB;16B"; "" where a plugin has none."""
    tiles = getattr(image, "tile", None)
    return str(tiles[0][3]) if tiles else ""


def _orientation(image: Image.Image) -> int:
    """Return the orientation of EXIF, or of XMP where EXIF has none; 1 where neither can be read."""
    try:
        orientation = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # damaged EXIF raises whatever its parser meets, and the photo is as good without
        orientation = None
    if orientation is not None:
        return orientation if isinstance(orientation, int) else 1
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    found = XMP_ORIENTATION.search(xmp if isinstance(xmp, bytes) else str(xmp).encode())
    return int(found[1]) if found else 1


def _downscale(image: Image.Image, limit: int) -> Image.Image:
    if max(image.size) <= limit:
        return image
    factor = limit / max(image.size)
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)
