"""How like its original a compressed texture is."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Pixels

Plane = np.ndarray[Any, np.dtype[np.float32]]

CELL_PX = 4
"""Windows are twice as wide as this, and this far apart."""
GREY = np.float32(128)
LUMA, CHROMA = 0.75, 0.125
"""What brightness and each colour difference weigh: 6 to 1 to 1, as is usual for video."""


def texture_ssim(pixels: Pixels, other: Pixels, used: npt.NDArray[np.bool_] | None = None) -> float:
    """Structural similarity of two pictures (h, w, 3 or 4), 1 when equal: the mean over windows of 8 texels.

    Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004. They are
    compared as brightness and, at half the size, as colour differences, which is what lossy WebP keeps: a
    channel of data alone is blurred at any quality. Texels that are see-through, or outside `used`
    (h / 2, w / 2), do not count. Sides are multiples of 16.
    """
    weight = _weight(pixels, used)
    if not weight.any():
        return 1.0
    a, b = (picture[..., :3].astype(np.float32) for picture in (pixels, other))
    score, coarse = LUMA * _ssim(_of(a, "y"), _of(b, "y"), weight), _pooled(weight, 2)
    for plane in ("cb", "cr"):
        score += CHROMA * _ssim(_pooled(_of(a, plane), 2), _pooled(_of(b, plane), 2), coarse)
    return score


def _of(rgb: Plane, plane: str) -> Plane:
    """Brightness or a colour difference, JFIF's."""
    weights = {"y": (0.299, 0.587, 0.114), "cb": (-0.1687, -0.3313, 0.5), "cr": (0.5, -0.4187, -0.0813)}
    mixed: Plane = rgb @ np.array(weights[plane], np.float32)
    return mixed if plane == "y" else mixed + GREY


def _weight(pixels: Pixels, used: npt.NDArray[np.bool_] | None) -> Plane:
    """(h / 4, w / 4): how much of each cell counts, 0…1."""
    height, width = pixels.shape[:2]
    weight = np.ones((height // CELL_PX, width // CELL_PX), np.float32)
    if used is not None:
        weight *= _pooled(used.astype(np.float32), CELL_PX // 2)
    if pixels.shape[2] == 4:
        weight *= _pooled((pixels[..., 3] > 0).astype(np.float32), CELL_PX)
    return weight


def _pooled(plane: Plane, size: int) -> Plane:
    """Means over squares of `size`."""
    height, width = plane.shape
    rows = plane.reshape(height // size, size, width).sum(axis=1)
    pooled: Plane = rows.reshape(height // size, width // size, size).sum(axis=2) / np.float32(size * size)
    return pooled


def _windows(plane: Plane) -> Plane:
    """Means over windows of two by two cells."""
    rows = plane[1:] + plane[:-1]
    return np.asarray((rows[:, 1:] + rows[:, :-1]) / 4, np.float32)


def _ssim(a: Plane, b: Plane, weight: Plane) -> float:
    # Around mid-grey, squares keep more of their digits.
    a, b = a - GREY, b - GREY
    ma, mb, aa, bb, ab = (_windows(_pooled(plane, CELL_PX)) for plane in (a, b, a * a, b * b, a * b))
    va, vb, cov = aa - ma * ma, bb - mb * mb, ab - ma * mb
    mx, my = ma + GREY, mb + GREY
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    score = ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (va + vb + c2))
    counts = _windows(weight)
    return float((score * counts).sum(dtype=np.float64) / counts.sum(dtype=np.float64))
