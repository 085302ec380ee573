"""Gaussian blur that is fast for large sigmas, too."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy import ndimage

from vitrine.sandbox.engine.arrays import Floats


def blur(field: Floats, sigma: float) -> Floats:
    """Blur a field (h, w) float32 with a Gaussian of `sigma` pixels; large sigmas use a reduced image."""
    step = int(sigma // 2.5)
    if step < 2:
        narrow: Floats = ndimage.gaussian_filter(field, sigma, mode="nearest", truncate=3)
        return narrow
    height, width = field.shape
    small = (max(1, width // step), max(1, height // step))
    image = Image.fromarray(np.ascontiguousarray(field, np.float32), mode="F")
    reduced = np.asarray(image.resize(small, Image.Resampling.BOX))
    soft = ndimage.gaussian_filter(reduced, sigma / step, mode="nearest", truncate=3)
    wide = Image.fromarray(soft, mode="F").resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(wide, np.float32)
