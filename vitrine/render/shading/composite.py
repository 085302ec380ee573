"""Composite a rendered image over its ground shadow."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bytes, Floats


def composite_over_shadow(rgba: Bytes, shadow: Floats, *, white: bool) -> Bytes:
    """Composite an image over the shadow on its ground, with the operator "over".

    T. Porter, T. Duff, "Compositing Digital Images", 1984.

    Parameters
    ----------
    rgba : (h, w, 4) uint8
        sRGB, alpha not premultiplied
    shadow : (h, w) float32
        Opacity of the black shadow, 0…1
    white : bool
        Put both on white; otherwise the shadow is in the result's alpha.

    Returns
    -------
    (h, w, 4) uint8
    """
    composite = rgba.copy()
    composite[rgba[..., 3] == 0] = 255 if white else 0
    # Only what is neither the opaque product nor plain ground is mixed.
    mixed = (rgba[..., 3] < 255) & ((rgba[..., 3] > 0) | (shadow > 0))
    alpha = rgba[mixed, 3].astype(np.float32) / 255
    total = alpha + shadow[mixed] * (1 - alpha)
    color = rgba[mixed, :3] * (alpha / np.maximum(total, np.float32(1e-4)))[:, None]
    if white:
        color = color * total[:, None] + 255 * (1 - total[:, None])
        total = np.ones_like(total)
    values = np.concatenate([color, total[:, None] * 255], axis=1)
    composite[mixed] = np.round(np.clip(values, 0, 255)).astype(np.uint8)
    return composite
