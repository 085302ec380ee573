"""How sharp a photo is, whatever its contrast."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

MEASURED_PX = 512
STEEPEST = 0.02
"""The share of the subject, its steepest, that is looked at: a plain product has few edges."""
EDGE = 4.0
"""Gentler slopes, in 8-bit levels a pixel, are shading: they say nothing about the lens."""
REACH_PX = 17
"""Contrast is the range of brightness within this window."""


def sharpness(rgb: npt.NDArray[np.uint8], where: npt.NDArray[np.bool_]) -> float:
    """Share of the local contrast that the steepest edges cross within one pixel, at 512 px: 0 to about 0.5.

    `rgb` is (h, w, 3) and `where`, (h, w), says which pixels count. An ideal edge gives 0.5 (central
    differences), a Gaussian blur of sigma pixels about 0.4 / sigma. Returns 1 without an edge to judge.
    """
    factor = min(1.0, MEASURED_PX / max(rgb.shape[:2]))
    size = (max(1, round(rgb.shape[1] * factor)), max(1, round(rgb.shape[0] * factor)))
    pixels = np.asarray(Image.fromarray(rgb).resize(size, Image.Resampling.BOX)).astype(np.float32)
    counts = np.asarray(Image.fromarray(where).convert("L").resize(size, Image.Resampling.BOX)) > 254
    if min(size) < REACH_PX or counts.sum() < 100:
        return 1.0
    level = pixels @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    down, across = np.gradient(level)
    slope = np.hypot(down, across)
    few = counts & (slope >= max(EDGE, float(np.quantile(slope[counts], 1 - STEEPEST))))
    if few.sum() < 10:
        return 1.0
    reach = ndimage.maximum_filter(level, REACH_PX) - ndimage.minimum_filter(level, REACH_PX)
    return float(np.median(slope[few] / np.maximum(reach[few], 1)))
