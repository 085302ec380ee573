"""Set a material's alphaMode to what the alpha of its base color texture calls for."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from vitrine.arrays import Bytes
from vitrine.codecs.images import image_alpha
from vitrine.findings import finding
from vitrine.gltf.model import Material, Texture
from vitrine.models import Finding

OPAQUE_ALPHA = 250
"""Alpha from here on, of 255, counts as opaque: lossy encoders turn 255 into 254."""
CLEAR_ALPHA = 5
"""Alpha up to here, of 255, counts as fully transparent."""
STRAY_SHARE = 0.005
"""A blending texture with no more transparent texels than this is opaque: generators leave some behind."""
MASK_SHARE = 0.95
"""A texture with at least this share of its transparent texels fully transparent needs MASK, not BLEND."""


def set_alpha_mode(material: Material, *, transparent: bool, vertex_alpha: float = 1.0) -> Material:
    """Return a copy with the alphaMode that its texture calls for (glTF 2.0 section 3.9.4).

    Generators write OPAQUE whatever the alpha, and leave texels of low alpha that flicker once blending is
    on. So an OPAQUE material stays opaque unless the product is declared `transparent`; its alpha then
    decides between MASK and BLEND. A material that blends although all of it is opaque becomes OPAQUE.
    `vertex_alpha` is the lowest alpha of the vertex colours, which multiply the material.
    """
    if material.alpha_mode == "OPAQUE" and not transparent:
        return material
    mode = _mode(material, vertex_alpha)
    if mode == material.alpha_mode or (material.alpha_mode != "OPAQUE" and mode != "OPAQUE"):
        return material
    return replace(material, alpha_mode=mode)


def alpha_findings(before: Material, after: Material) -> list[Finding]:
    """Say how `set_alpha_mode` changed a material, or that its texture has alpha that is not used."""
    if before.alpha_mode != after.alpha_mode:
        message = f"alphaMode {before.alpha_mode} is now {after.alpha_mode}, by the alpha of its texture"
        return [finding("ALPHA_MODE_CHANGED", message)]
    alpha = texture_alpha(after.base_color) if after.alpha_mode == "OPAQUE" else None
    share = 0.0 if alpha is None else float((alpha < OPAQUE_ALPHA).mean())
    if not share:
        return []
    message = (
        f"{share:.1%} of a texture's texels are transparent though the material is opaque: the texture is "
        "written without alpha"
    )
    return [finding("ALPHA_FORCED_OPAQUE", message, measured=share)]


def texture_alpha(texture: Texture | None) -> Bytes | None:
    """Return the alpha of every texel, (n,) uint8; `None` without a texture or without alpha."""
    return None if texture is None else image_alpha(texture.data, texture.media_type)


def _mode(material: Material, vertex_alpha: float) -> Literal["OPAQUE", "MASK", "BLEND"]:
    alpha = texture_alpha(material.base_color)
    if min(material.base_color_factor[3], vertex_alpha) * 255 < OPAQUE_ALPHA:
        return "BLEND"
    if alpha is None:
        return "OPAQUE"
    transparent = alpha[alpha < OPAQUE_ALPHA]
    stray = STRAY_SHARE * len(alpha) if material.alpha_mode == "BLEND" else 0
    if len(transparent) <= stray:
        return "OPAQUE"
    clear = float(np.count_nonzero(transparent <= CLEAR_ALPHA)) / len(transparent)
    return "MASK" if clear >= MASK_SHARE else "BLEND"
