"""Convert an image of any mode to 8 bits a channel; transparency becomes alpha."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from vitrine.models import Finding
from vitrine.photos.findings import photo_finding

NARROW_RANGES = (255, 1023, 4095)
"""Largest values of 8, 10 and 12 bits: as 16-bit levels they are black, so what ends there is not 16-bit."""
OUTLIERS = 0.001
"""Share of a float image's values that may exceed its range: highlights, and what resampling overshoots."""


def to_8_bit(image: Image.Image, raw_mode: str = "") -> tuple[Image.Image, tuple[Finding, ...]]:
    """Return `image` as L, LA, RGB, RGBA or CMYK, and a finding where its range had to be guessed.

    `raw_mode` is Pillow's name of the pixels in the file. 16-bit levels keep their high byte. Floats are
    taken as 0 to 1, or 0 to 255 or 65,535 where they reach further; NaN is 0.
    """
    if image.mode.startswith(("I", "F")):
        return _from_deep(image)
    if image.mode == "LAB":
        lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
        image.info.pop("icc_profile", None)
        return converted or image.convert("RGB"), ()
    transparent = image.info.get("transparency")
    if transparent is not None or image.mode in ("PA", "La", "RGBa"):
        return _scale_key(image, transparent, raw_mode).convert("RGBA"), ()
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image, ()
    return image.convert("RGB"), ()


def _from_deep(image: Image.Image) -> tuple[Image.Image, tuple[Finding, ...]]:
    values = np.nan_to_num(np.asarray(image).astype(np.float64), nan=0.0, posinf=np.inf, neginf=0.0)
    top, found = _white_level(values, image.mode)
    levels = np.clip(np.round(np.minimum(values, top) / top * 255), 0, 255).astype(np.uint8)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        opaque = np.where(values == transparent, 0, 255).astype(np.uint8)
        return Image.fromarray(np.dstack([levels, opaque]), "LA"), found
    return Image.fromarray(levels, "L"), found


def _white_level(values: npt.NDArray[np.float64], mode: str) -> tuple[float, tuple[Finding, ...]]:
    """Return the value that is white."""
    if mode == "F":
        reach = float(np.quantile(values, 1 - OUTLIERS)) if values.size else 0.0
        return next((top for top in (1.0, 255.0, 65535.0) if reach <= 1.25 * top), max(reach, 1.0)), ()
    largest = float(values.max(initial=0))
    if largest > 65535:
        return float(2**31 - 1 if largest < 2**31 else 2**32 - 1), ()
    narrow = next((top for top in NARROW_RANGES if largest <= top), None)
    if narrow is None or largest == 0:
        return 65535.0, ()
    if not mode.startswith("I;16") and narrow == 255:  # Pillow gives 8-bit data of some files as mode I
        return 255.0, ()
    return float(narrow), (photo_finding("BIT_DEPTH_GUESSED", measured=largest, limit=narrow),)


def _scale_key(image: Image.Image, transparent: object, raw_mode: str) -> Image.Image:
    """Scale a PNG's transparent colour, which is in the file's bit depth, as Pillow scales the pixels.

    A key of 16 bits is compared by its high byte.
    """
    if isinstance(transparent, tuple) and raw_mode.endswith(";16B"):
        transparent = tuple(level >> 8 for level in transparent)
    elif isinstance(transparent, int) and raw_mode in ("L;2", "L;4"):
        transparent *= 85 if raw_mode == "L;2" else 17
    else:
        return image
    scaled = image.copy()
    scaled.info["transparency"] = transparent
    return scaled
