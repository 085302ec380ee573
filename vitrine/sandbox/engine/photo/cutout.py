"""Photo bytes to subject and matte."""

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

LONGEST_PX = 1024  # TRELLIS.2 reads no more
MAX_PIXELS = 64_000_000
SOLID = 204 / 255  # TRELLIS.2 finds the subject by alpha > 0.8 * 255


@dataclass(frozen=True, slots=True)
class Cutout:
    """A subject, cropped to its bounds plus a border of empty pixels."""

    rgb: Floats
    """(h, w, 3) float32, sRGB values 0…1; where the matte is weak, the colours of the subject beside it"""
    alpha: Floats
    """(h, w) float32, 0…1"""


def cut_out(photo: bytes) -> Cutout:
    """Read a photo, find its matte, crop to the subject.

    The matte is the photo's alpha (mode RGBA with some alpha below 255 only; EXIF rotation is ignored, as
    TRELLIS.2 does), else the backdrop is removed by its colour. Raises `EngineError` for bytes that are no
    picture, for pictures above 64 megapixels, and where no pixel is solid.
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
    alpha = _drop_crumbs(alpha)
    if not (alpha > SOLID).any():
        raise EngineError("nothing in the photo is solid: no pixel has alpha above 204")
    return _crop(rgb, alpha)


def _drop_crumbs(alpha: Floats) -> Floats:
    """Matte noise is not a product: islands below 1/2000 of the largest one are emptied."""
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
