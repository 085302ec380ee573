"""Decoding a photo, finding its matte and cropping to the subject."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image, UnidentifiedImageError
from scipy import ndimage

from vitrine.sandbox.engine.arrays import Floats
from vitrine.sandbox.engine.errors import EngineError
from vitrine.sandbox.engine.photo.backdrop import remove_backdrop
from vitrine.sandbox.engine.photo.fill import fill_colours

LONGEST_PX = 1024  # TRELLIS.2 reduces larger photos to this, too
MAX_PIXELS = 64_000_000
SOLID = 204 / 255  # TRELLIS.2 crops to the pixels with alpha > 0.8 * 255


@dataclass(frozen=True, slots=True)
class Cutout:
    """A subject, cropped to its bounds with a border of empty pixels."""

    rgb: Floats
    """(h, w, 3) float32, sRGB values 0…1; pixels with low alpha have colours of the subject next to them"""
    alpha: Floats
    """(h, w) float32, 0…1"""


def cut_out(photo: bytes) -> Cutout:
    """Decode a photo, find its matte and crop to the subject.

    The matte is the photo's alpha channel when its mode is RGBA and some alpha is below 255. Otherwise the
    backdrop is removed by colour. EXIF rotation is ignored, as TRELLIS.2 does. Raises `EngineError` when the
    bytes are not an image, when it has more than `MAX_PIXELS` pixels, and when no pixel is solid.
    """
    try:
        image: Image.Image = Image.open(io.BytesIO(photo))
        if image.width * image.height > MAX_PIXELS:
            raise EngineError(f"photo is {image.width}×{image.height} px; the limit is {MAX_PIXELS} pixels")
        image.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise EngineError(f"photo cannot be decoded: {error}") from error
    has_alpha = image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255
    image = image.convert("RGBA" if has_alpha else "RGB")
    scale = LONGEST_PX / max(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.LANCZOS)
    pixels = np.asarray(image, np.float32) / np.float32(255)
    rgb = pixels[..., :3]
    alpha = pixels[..., 3] if has_alpha else remove_backdrop(rgb)
    alpha = _drop_small_components(alpha)
    if not (alpha > SOLID).any():
        raise EngineError("nothing in the photo is solid: no pixel has alpha above 204")
    return _crop(rgb, alpha)


def _drop_small_components(alpha: Floats) -> Floats:
    """Set alpha (h, w) to 0 in connected components below 1/2000 of the largest: they are noise."""
    labels, count = ndimage.label(alpha > 0.3)
    if count < 2:
        return alpha
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    keep = sizes >= max(12, sizes.max() // 2000)
    keep[0] = True
    kept: Floats = np.where(keep[labels], alpha, 0).astype(np.float32)
    return kept


def _crop(rgb: Floats, alpha: Floats, border: int = 4) -> Cutout:
    rows, columns = np.nonzero(alpha > 0.3)
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    pad = ((border, border), (border, border))
    matte = np.pad(alpha[top:bottom, left:right], pad)
    colours = np.pad(rgb[top:bottom, left:right], (*pad, (0, 0)), mode="edge")
    return Cutout(rgb=fill_colours(colours, np.clip((matte - 0.75) * 4, 0, 1)), alpha=matte)
