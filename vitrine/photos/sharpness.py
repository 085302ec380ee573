"""Measure how sharp a photo is, independent of its contrast."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.photos import ndimage

MEASURED_PX = 512
STEEPEST = 0.02
"""Share of the subject's pixels, those with the largest gradient, that are measured."""
EDGE = 4.0
"""Least gradient of an edge, in 8-bit levels per pixel; smaller ones are shading."""
CONTRAST_WINDOW_PX = 17
"""Contrast is the range of brightness within this window."""


def sharpness_at_full_size(rgb: npt.NDArray[np.uint8]) -> float:
    """Return the same as `sharpness`, at the resolution of `rgb`, (h, w, 3) uint8.

    It tells an enlarged photo from a sharp one. Measured along every fourth row and column.
    """
    shares = []
    for part in (rgb[::4], rgb[:, ::4].transpose(1, 0, 2)):
        lines = np.ascontiguousarray(part) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
        if lines.shape[1] < CONTRAST_WINDOW_PX:
            continue
        slope = np.abs(np.gradient(lines, axis=1))
        few = slope >= max(EDGE, float(np.quantile(slope, 1 - STEEPEST)))
        if few.sum() < 10:
            continue
        size = (1, CONTRAST_WINDOW_PX)
        reach = ndimage.maximum_filter(lines, size) - ndimage.minimum_filter(lines, size)
        shares.append(float(np.median(slope[few] / np.maximum(reach[few], 1))))
    return max(shares, default=1.0)


def sharpness(rgb: npt.NDArray[np.uint8], where: npt.NDArray[np.bool_]) -> float:
    """Return the share of the local contrast that the steepest edges cross within one pixel: 0 to about 0.5.

    Measured at 512 px. `rgb` is (h, w, 3) uint8 sRGB and `where`, (h, w) bool, selects the pixels that count.
    An ideal edge gives 0.5 (central differences), a Gaussian blur of sigma pixels about 0.4 / sigma. Returns
    1 for an image without edges.
    """
    factor = min(1.0, MEASURED_PX / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * factor)), max(1, round(rgb.shape[0] * factor)))
    pixels = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BOX)).astype(np.float32)
    counts = np.asarray(Image.fromarray(where).convert("L").resize(size, Image.Resampling.BOX)) > 254
    if min(size) < CONTRAST_WINDOW_PX or counts.sum() < 100:
        return 1.0
    level = pixels @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    down, across = np.gradient(level)
    slope = np.hypot(down, across)
    few = counts & (slope >= max(EDGE, float(np.quantile(slope[counts], 1 - STEEPEST))))
    if few.sum() < 10:
        return 1.0
    reach = ndimage.maximum_filter(level, CONTRAST_WINDOW_PX) - ndimage.minimum_filter(
        level, CONTRAST_WINDOW_PX
    )
    return float(np.median(slope[few] / np.maximum(reach[few], 1)))
