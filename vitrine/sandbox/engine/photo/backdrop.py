"""Removing a plain backdrop by colour."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from vitrine.sandbox.engine.arrays import Floats, Mask

DARKEST = 0.9  # a shadow keeps at least this fraction of the backdrop's light
NEAR, FAR = 0.05, 0.12  # RGB distances, 0…1: backdrop below NEAR, subject above FAR


def remove_backdrop(rgb: Floats) -> Floats:
    """Compute the matte of a photo from its difference to the backdrop along its border.

    The backdrop is a quadratic field, fitted to the border pixels. Pixels that have the backdrop's hue and
    are a little darker count as its shadow. Without such a backdrop, all of the photo is the subject.

    rgb : (h, w, 3) float32, sRGB values 0…1. Returns alpha (h, w) float32, 0…1.
    """
    height, width = rgb.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / max(1, width - 1) - 0.5, y / max(1, height - 1) - 0.5
    basis = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1)
    band = max(2, min(height, width) // 50)
    border = np.ones((height, width), bool)
    border[band:-band, band:-band] = False
    field, fits = _fit(basis, rgb, border)
    if not fits:
        return np.ones((height, width), np.float32)
    plain = np.linalg.norm(rgb - field, axis=-1)
    shaded = np.linalg.norm(_without_shadow(rgb, field), axis=-1)
    alpha = np.clip((shaded - NEAR) / (FAR - NEAR), 0, 1)
    outside = _connected_to_border(alpha < 0.5) | _holes(plain < NEAR)
    solid = ndimage.binary_opening(~outside, iterations=1) if outside.any() else ~outside
    near_edge = ndimage.binary_dilation(outside, iterations=2)
    matte = np.where(near_edge, alpha, 1.0) * ndimage.binary_dilation(solid, iterations=2)
    smooth: Floats = ndimage.gaussian_filter(matte.astype(np.float32), 0.6)
    return smooth


def _fit(basis: Floats, rgb: Floats, border: Mask) -> tuple[Floats, bool]:
    """Fit the field to the border by least squares; later rounds leave out outliers (a cropped subject).

    Returns the field (h, w, 3) and whether it fits.
    """
    a, b = basis[border], rgb[border]
    kept = np.ones(len(a), bool)
    for _ in range(3):
        solution, *_rest = np.linalg.lstsq(a[kept], b[kept], rcond=None)
        error = np.linalg.norm(a @ solution - b, axis=-1)
        kept = error < max(0.03, 2.5 * float(np.median(error)))
    fits = float(np.median(error)) < 0.04 and kept.mean() > 0.6
    field: Floats = (basis @ solution).astype(np.float32)
    return field, bool(fits)


def _without_shadow(rgb: Floats, field: Floats) -> Floats:
    """The difference (h, w, 3) to the backdrop after scaling it to the pixel's light, within `DARKEST`."""
    light = (rgb * field).sum(-1, keepdims=True) / np.maximum((field * field).sum(-1, keepdims=True), 1e-6)
    difference: Floats = rgb - field * np.clip(light, DARKEST, 1.0)
    return difference


def _connected_to_border(empty: Mask) -> Mask:
    """The connected components of `empty` that touch the photo's border."""
    labels, _ = ndimage.label(empty)
    from_border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    reached: Mask = np.isin(labels, from_border[from_border > 0])
    return reached


def _holes(empty: Mask) -> Mask:
    """The connected components of `empty` that are large enough for holes through the subject."""
    labels, _ = ndimage.label(empty)
    large = np.bincount(labels.ravel()) > max(60, empty.size // 3000)
    large[0] = False
    holes: Mask = large[labels]
    return holes
