"""Colours for pixels that have none."""

from __future__ import annotations

import numpy as np

from vitrine.sandbox.engine.arrays import Floats


def fill_colours(rgb: Floats, weight: Floats) -> Floats:
    """Interpolate the colours of known pixels over all others, with the pull-push algorithm on a mip pyramid.

    rgb : (h, w, c) float32. weight : (h, w) float32, 1 = known, 0 = unknown. Returns (h, w, c) float32.
    """
    height, width = weight.shape
    if min(height, width) < 2 or float(weight.min()) >= 1:
        total = max(float(weight.sum()), 1e-6)
        mean = (rgb * weight[..., None]).sum((0, 1)) / total
        filled: Floats = (rgb * weight[..., None] + mean * (1 - weight[..., None])).astype(np.float32)
        return filled
    mass = _halve(weight[..., None])
    colour = _halve(rgb * weight[..., None]) / np.maximum(mass, 1e-6)
    coarse = fill_colours(colour, np.minimum(mass[..., 0] * 4, 1))
    spread = coarse.repeat(2, 0).repeat(2, 1)[:height, :width]
    blend: Floats = spread + (rgb - spread) * weight[..., None]
    return blend


def _halve(image: Floats) -> Floats:
    """Average 2 × 2 pixels; an odd last row or column is padded with zeros."""
    height, width = image.shape[:2]
    image = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)))
    mean: Floats = (image[0::2, 0::2] + image[1::2, 0::2] + image[0::2, 1::2] + image[1::2, 1::2]) / 4
    return mean
