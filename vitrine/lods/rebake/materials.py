"""Make materials of baked textures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import Bools, Pixels
from vitrine.codecs.images import Kind, encode_png
from vitrine.gltf.model import Material, Texture
from vitrine.lods.rebake.bake import BakedTextures
from vitrine.textures.color_space import LINEAR_OF_BYTE
from vitrine.textures.padding import fill_padding

MAX_RANGE = 3
"""A channel whose values, of 255, differ by no more than this becomes a factor."""
UNLIT = "KHR_materials_unlit"


def baked_materials(
    groups: tuple[tuple[Material, ...], ...], textures: BakedTextures
) -> tuple[Material, ...]:
    """Return one material for each group of materials; they share the textures.

    A value that is the same everywhere becomes a factor and needs no texture.
    """
    covered = textures.covered
    every = [material for group in groups for material in group]
    rgba = [_constant(textures.color, covered, channel) for channel in range(4)]
    color = _png(textures.color, covered, "color") if None in rgba else None
    normal = _png(textures.normal, covered, "normal")
    has_occlusion = any(material.occlusion for material in every)
    roughness, metallic = (_constant(textures.orm, covered, channel) for channel in (1, 2))
    orm = None
    if has_occlusion or roughness is None or metallic is None:
        orm = _png(textures.orm, covered, "data")
    factors = (1.0, 1.0)
    if roughness is not None and metallic is not None:
        factors = (roughness, metallic)
    emissive = None
    if any(any(material.emissive_factor) for material in every):
        emissive = _png(textures.emissive, covered, "color")
    return tuple(
        replace(
            group[0],
            base_color=color,
            base_color_factor=_linear_factor(rgba),
            metallic_roughness=None if factors != (1.0, 1.0) else orm,
            roughness_factor=factors[0],
            metallic_factor=factors[1],
            normal=None if UNLIT in group[0].extensions else normal,
            normal_scale=1.0,
            occlusion=orm if has_occlusion else None,
            occlusion_strength=1.0,
            emissive=emissive,
            emissive_factor=(0.0, 0.0, 0.0) if emissive is None else (1.0, 1.0, 1.0),
            alpha_cutoff=0.5,
        )
        for group in groups
    )


def _linear_factor(rgba: list[float | None]) -> tuple[float, float, float, float]:
    """Return the linear factor for sRGB values and alpha, 0…1; white where a texture holds them."""
    if None in rgba:
        return 1.0, 1.0, 1.0, 1.0
    red, green, blue, alpha = (value or 0.0 for value in rgba)
    linear = [float(LINEAR_OF_BYTE[round(value * 255)]) for value in (red, green, blue)]
    return linear[0], linear[1], linear[2], alpha


def _constant(pixels: Pixels, covered: Bools, channel: int) -> float | None:
    """Return a channel's value, 0…1, over the covered texels; `None` where it varies."""
    values = pixels[..., channel][covered]
    if not len(values) or int(np.ptp(values)) > MAX_RANGE:
        return None
    return float(values.mean()) / 255


def _png(pixels: Pixels, covered: Bools, kind: Kind) -> Texture:
    """Encode a texture as PNG, with the padding between charts filled."""
    return Texture(encode_png(fill_padding(pixels, covered, kind)), "image/png")
