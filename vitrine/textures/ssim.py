"""Structural similarity (SSIM) of textures and of rendered images.

Z. Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004, with its
constants K1 = 0.01 and K2 = 0.03. The two functions measure different things: `texture_ssim` compares
brightness and colour through windows on a coarse grid, because it runs several times for every texture;
`image_ssim` compares luminance around every pixel.
"""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bools, Floats, Pixels
from vitrine.compiled import kernels

CELL_PX = 4
"""Windows of `texture_ssim` are two cells wide and one cell apart."""
IMAGE_WINDOW_PX = 7
"""Width of the windows of `image_ssim`"""
GREY = np.float32(128)
LUMA_WEIGHT, CHROMA_WEIGHT = 0.75, 0.125
"""Weights of Y, and of Cb and Cr each: 6 to 1 to 1, as is usual for video"""
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def texture_ssim(pixels: Pixels, other: Pixels, used: Bools | None = None) -> float:
    """Return the mean SSIM of two textures over windows of 8 texels, 1 when they are equal.

    Y is compared at full size; Cb and Cr, as lossy WebP keeps them, at half the size.

    Parameters
    ----------
    pixels, other : (h, w, 3 or 4) uint8
        Sides are multiples of 16. Texels with alpha 0 in `pixels` do not count.
    used : (h / 2, w / 2) bool
        Texels outside do not count; `None` counts all.
    """
    weight = _cell_weights(pixels, used)
    if not weight.any():
        return 1.0
    a, b = (image[..., :3].astype(np.float32) for image in (pixels, other))
    score = LUMA_WEIGHT * _grid_ssim(_ycbcr(a, "y"), _ycbcr(b, "y"), weight)
    coarse = _pool(weight, 2)
    for plane in ("cb", "cr"):
        score += CHROMA_WEIGHT * _grid_ssim(_pool(_ycbcr(a, plane), 2), _pool(_ycbcr(b, plane), 2), coarse)
    return score


def image_ssim(a: Floats, b: Floats, mask: Bools) -> float:
    """Return the mean SSIM of two grey images in 0…255 over the pixels in `mask`, 1 when they are equal.

    Windows are uniform, `IMAGE_WINDOW_PX` wide, around each pixel.

    Parameters
    ----------
    a, b : (h, w) float32
    mask : (h, w) bool
    """
    return kernels.image_ssim(a, b, mask, IMAGE_WINDOW_PX, C1, C2)


def _index(mean_a: Floats, mean_b: Floats, var_a: Floats, var_b: Floats, covariance: Floats) -> Floats:
    """The SSIM index of windows, from their means, variances and covariance (equation 13)."""
    index: Floats = ((2 * mean_a * mean_b + C1) * (2 * covariance + C2)) / (
        (mean_a * mean_a + mean_b * mean_b + C1) * (var_a + var_b + C2)
    )
    return index


def _grid_ssim(a: Floats, b: Floats, weight: Floats) -> float:
    """Weighted mean SSIM of two planes (h, w) over windows of two by two cells."""
    # Around mid-grey, squares keep more of their digits.
    a, b = a - GREY, b - GREY
    ma, mb, aa, bb, ab = (_windows(_pool(plane, CELL_PX)) for plane in (a, b, a * a, b * b, a * b))
    score = _index(ma + GREY, mb + GREY, aa - ma * ma, bb - mb * mb, ab - ma * mb)
    weights = _windows(weight)
    return float((score * weights).sum(dtype=np.float64) / weights.sum(dtype=np.float64))


def _ycbcr(rgb: Floats, plane: str) -> Floats:
    """Y, Cb or Cr of (h, w, 3) in 0…255, as JFIF (ITU-T T.871) defines them: (h, w) float32."""
    weights = {"y": (0.299, 0.587, 0.114), "cb": (-0.1687, -0.3313, 0.5), "cr": (0.5, -0.4187, -0.0813)}
    mixed: Floats = rgb @ np.array(weights[plane], np.float32)
    return mixed if plane == "y" else mixed + GREY


def _cell_weights(pixels: Pixels, used: Bools | None) -> Floats:
    """Part of each cell that counts, (h / 4, w / 4) float32 in 0…1."""
    height, width = pixels.shape[:2]
    weight = np.ones((height // CELL_PX, width // CELL_PX), np.float32)
    if used is not None:
        weight *= _pool(used.astype(np.float32), CELL_PX // 2)
    if pixels.shape[2] == 4:
        weight *= _pool((pixels[..., 3] > 0).astype(np.float32), CELL_PX)
    return weight


def _pool(plane: Floats, size: int) -> Floats:
    """Means over squares of `size`."""
    height, width = plane.shape
    rows = plane.reshape(height // size, size, width).sum(axis=1)
    pooled: Floats = rows.reshape(height // size, width // size, size).sum(axis=2) / np.float32(size * size)
    return pooled


def _windows(plane: Floats) -> Floats:
    """Means over windows of two by two cells."""
    rows = plane[1:] + plane[:-1]
    return np.asarray((rows[:, 1:] + rows[:, :-1]) / 4, np.float32)
