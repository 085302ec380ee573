"""A view laid on its ground."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bytes, Floats
from vitrine.render.render_image import RenderedImage


def composite_over_shadow(view: RenderedImage, dark: Floats, *, white: bool) -> Bytes:
    """The picture on its shadow, (n, n, 4) uint8: on white, or see-through with the shadow in its alpha."""
    alpha = view.rgba[..., 3].astype(np.float32) / 255
    whole = alpha + dark * (1 - alpha)
    colour = view.rgba[..., :3] * (alpha / np.maximum(whole, np.float32(1e-4)))[..., None]
    if white:
        colour = colour * whole[..., None] + 255 * (1 - whole[..., None])
        whole = np.ones_like(whole)
    picture = np.concatenate([colour, whole[..., None] * 255], axis=2)
    return np.asarray(np.round(np.clip(picture, 0, 255)), np.uint8)
