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
    alpha = rgba[..., 3].astype(np.float32) / 255
    total = alpha + shadow * (1 - alpha)
    color = rgba[..., :3] * (alpha / np.maximum(total, np.float32(1e-4)))[..., None]
    if white:
        color = color * total[..., None] + 255 * (1 - total[..., None])
        total = np.ones_like(total)
    composite = np.concatenate([color, total[..., None] * 255], axis=2)
    return np.asarray(np.round(np.clip(composite, 0, 255)), np.uint8)
