"""Whether a material is opaque, judged by the alpha it has."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from vitrine.codecs.images import image_alpha
from vitrine.gltf.model import Material, Texture

OPAQUE_LEVEL = 250
"""Alpha from here on, of 255, is taken for opaque: lossy encoders leave 254s behind."""
CLEAR_LEVEL = 5
BINARY_SHARE = 0.95
"""A picture whose see-through texels are nearly all fully clear is a cut-out, not glass."""


def set_alpha_mode(material: Material, *, transparent: bool) -> Material:
    """A copy with the alphaMode its picture calls for.

    Generators write OPAQUE whatever the alpha, and leave low-alpha texels that flash once blending is on. So
    an OPAQUE material stays opaque unless the product is declared `transparent`; its alpha is then read for
    MASK or BLEND. A material that blends though nothing of it is see-through becomes OPAQUE.
    """
    if material.alpha_mode == "OPAQUE" and not transparent:
        return material
    mode = _mode(material)
    if mode == material.alpha_mode or (material.alpha_mode != "OPAQUE" and mode != "OPAQUE"):
        return material
    return replace(material, alpha_mode=mode)


def _mode(material: Material) -> Literal["OPAQUE", "MASK", "BLEND"]:
    alpha = texture_alpha(material.base_color)
    if material.base_color_factor[3] * 255 < OPAQUE_LEVEL:
        return "BLEND"
    if alpha is None:
        return "OPAQUE"
    see_through = alpha[alpha < OPAQUE_LEVEL]
    if not len(see_through):
        return "OPAQUE"
    clear = float(np.count_nonzero(see_through <= CLEAR_LEVEL)) / len(see_through)
    return "MASK" if clear >= BINARY_SHARE else "BLEND"


def texture_alpha(texture: Texture | None) -> npt.NDArray[np.uint8] | None:
    """(n,) alpha of every texel, or None for a picture without alpha."""
    return None if texture is None else image_alpha(texture.data, texture.media_type)
