"""Convert an image of any mode to 8 bits a channel; transparency becomes alpha."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from vitrine.models import Finding
from vitrine.photos.findings import photo_finding

BAND_PIXELS = 1 << 20
"""Pixels that are converted to float64 at once."""
NARROW_RANGES = (255, 1023, 4095)
"""Largest values of 8, 10 and 12 bits: as 16-bit levels they are black, so what ends there is not 16-bit."""
OUTLIERS = 0.001
"""Share of a float image's values that may exceed its range: highlights, and what resampling overshoots."""


def to_8_bit(
    image: Image.Image, raw_mode: str = "", *, limit_px: int | None = None
) -> tuple[Image.Image, tuple[Finding, ...]]:
    """Return `image` as L, LA, RGB, RGBA or CMYK, and a finding where its range had to be guessed.

    `raw_mode` is Pillow's name of the pixels in the file. 16-bit levels keep their high byte. Floats are
    taken as 0 to 1, or 0 to 255 or 65,535 where they reach further; NaN is 0. Images of these kinds, whose
    numbers take up to eight times the memory of 8 bits, are first reduced by whole factors as long as their
    longer side stays at least `limit_px`.
    """
    if image.mode.startswith(("I", "F")):
        return _from_deep(image, max(1, max(image.size) // limit_px) if limit_px else 1)
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


def _from_deep(image: Image.Image, factor: int) -> tuple[Image.Image, tuple[Finding, ...]]:
    key = image.info.get("transparency")
    values, opaque, largest = _reduced(image, factor, key if isinstance(key, int) else None)
    top, found = _white_level(values, largest, image.mode)
    levels = np.clip(np.round(np.minimum(values, top) / top * 255), 0, 255).astype(np.uint8)
    if opaque is not None:
        alpha = np.round(255 * opaque).astype(np.uint8)
        return Image.fromarray(np.dstack([levels, alpha]), "LA"), found
    return Image.fromarray(levels, "L"), found


def _reduced(
    image: Image.Image, factor: int, key: int | None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64] | None, float]:
    """Return means of `factor` x `factor` pixels, their share that is not `key`, and the largest value.

    Pixels beyond the last whole block are left out. The image is read in bands of rows.
    """
    height, width = (max(1, side // factor) for side in (image.height, image.width))
    values = np.empty((height, width))
    opaque = np.empty((height, width)) if key is not None else None
    largest = 0.0
    rows = max(1, BAND_PIXELS // (image.width * factor))
    for start in range(0, height, rows):
        end = min(start + rows, height)
        bottom = image.height if factor > image.height else end * factor
        band = np.asarray(image.crop((0, start * factor, image.width, bottom))).astype(np.float64)
        band = np.nan_to_num(band, copy=False, nan=0.0, posinf=np.inf, neginf=0.0)
        largest = max(largest, float(band.max(initial=0)))
        values[start:end] = _block_means(band, end - start, width, factor)
        if opaque is not None:
            opaque[start:end] = _block_means((band != key).astype(np.float64), end - start, width, factor)
    return values, opaque, largest


def _block_means(
    band: npt.NDArray[np.float64], height: int, width: int, factor: int
) -> npt.NDArray[np.float64]:
    if factor == 1:
        return band
    tall, wide = min(factor, band.shape[0]), min(factor, band.shape[1])
    blocks = band[: height * tall, : width * wide].reshape(height, tall, width, wide)
    return np.asarray(blocks.mean(axis=(1, 3)))


def _white_level(
    values: npt.NDArray[np.float64], largest: float, mode: str
) -> tuple[float, tuple[Finding, ...]]:
    """Return the value that is white."""
    if mode == "F":
        reach = float(np.quantile(values, 1 - OUTLIERS)) if values.size else 0.0
        return next((top for top in (1.0, 255.0, 65535.0) if reach <= 1.25 * top), max(reach, 1.0)), ()
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
