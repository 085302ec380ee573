"""Removing a plain backdrop by its colour."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from vitrine.sandbox.engine.arrays import Floats, Mask

DARKEST = 0.9  # a shadow leaves this much of the backdrop's light at least
NEAR, FAR = 0.05, 0.12  # colour distances, 0…1: below is backdrop, above is subject


def remove_backdrop(rgb: Floats) -> Floats:
    """Alpha (h, w) of what differs from the backdrop that shows along the photo's border.

    The backdrop is a smooth (quadratic) field fitted to the border pixels; what is merely darker, with the
    backdrop's hue, is taken for its shadow. A photo whose border is no smooth field is left whole.
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
    outside = _reached_from_border(alpha < 0.5) | _holes(plain < NEAR)
    solid = ndimage.binary_opening(~outside, iterations=1) if outside.any() else ~outside
    near_edge = ndimage.binary_dilation(outside, iterations=2)
    matte = np.where(near_edge, alpha, 1.0) * ndimage.binary_dilation(solid, iterations=2)
    smooth: Floats = ndimage.gaussian_filter(matte.astype(np.float32), 0.6)
    return smooth


def _fit(basis: Floats, rgb: Floats, border: Mask) -> tuple[Floats, bool]:
    """Least squares over the border; outliers (a subject cut by the frame) leave the later rounds."""
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
    """Difference to the backdrop, with a soft darkening of it forgiven."""
    light = (rgb * field).sum(-1, keepdims=True) / np.maximum((field * field).sum(-1, keepdims=True), 1e-6)
    difference: Floats = rgb - field * np.clip(light, DARKEST, 1.0)
    return difference


def _reached_from_border(empty: Mask) -> Mask:
    """The empty pixels connected to the photo's border."""
    labels, _ = ndimage.label(empty)
    from_border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    reached: Mask = np.isin(labels, from_border[from_border > 0])
    return reached


def _holes(empty: Mask) -> Mask:
    """Enclosed pieces of backdrop that are large enough to be seen through: the unshaded colour only."""
    labels, _ = ndimage.label(empty)
    large = np.bincount(labels.ravel()) > max(60, empty.size // 3000)
    large[0] = False
    holes: Mask = large[labels]
    return holes
