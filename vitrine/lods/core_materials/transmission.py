"""KHR_materials_transmission and KHR_materials_volume -> alpha blending."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import Floats
from vitrine.lods.core_materials.channels import SAME, Channels, MaterialReader

NAME, VOLUME = "KHR_materials_transmission", "KHR_materials_volume"
MAX_SEE_THROUGH = 0.7
"""Largest share of the background that shows through: blending fades reflections along with the surface, and
glass without any could not be seen."""
ROUGH_SEE_THROUGH = 0.25
"""The share of it at roughness 1: blending cannot blur what is behind frosted glass, only cover it."""


def bake_transmission(reader: MaterialReader, channels: Channels) -> Channels:
    """Return channels whose alpha lets the background through as the glass does; itself for what is opaque.

    Glass multiplies the background by its transmission t times its tint c, channel by channel; blending takes
    the same share 1 - alpha of each. So alpha is chosen for the darkest channel of the tint, and the base
    colour for the exact result before a white background, which product pages have:
    `alpha * colour + (1 - alpha) = c`.
    """
    factor = reader.number(NAME, "transmissionFactor", 0)
    if not factor:
        return channels
    t = factor * reader.texture(NAME, "transmissionTexture", "data")[..., :1] * (1 - channels.metallic)
    tint = channels.color * _absorption(reader)
    share = MAX_SEE_THROUGH * (1 - (1 - ROUGH_SEE_THROUGH) * channels.roughness)
    through = t * np.minimum(tint.min(axis=2, keepdims=True), share)
    if not bool((through > SAME).any()):  # a metal lets nothing through
        return channels
    mixed = channels.color * (1 - t) + tint * t
    color = np.clip((mixed - through) / np.maximum(1 - through, 1e-3), 0, 1)
    opacity = _opacity(reader, channels.alpha)
    return replace(
        channels,
        color=color.astype(np.float32),
        alpha=((1 - through) * opacity).astype(np.float32),
    )


def _absorption(reader: MaterialReader) -> Floats:
    """What a volume leaves of white light, (3,): Beer's law along its thickness (KHR_materials_volume)."""
    thickness = reader.number(VOLUME, "thicknessFactor", 0)
    thickness *= float(reader.texture(VOLUME, "thicknessTexture", "data")[..., 1].mean())
    distance = reader.number(VOLUME, "attenuationDistance", np.inf)
    color = reader.color(VOLUME, "attenuationColor", 1)
    if not thickness or not np.isfinite(distance) or distance <= 0:
        return np.ones(3, np.float32)
    return np.asarray(color ** np.float32(thickness / distance))


def _opacity(reader: MaterialReader, alpha: Floats) -> Floats:
    """Coverage of the surface: a mask's cut-off part stays cut off when the material blends."""
    if reader.material.alpha_mode == "MASK":
        return np.asarray(alpha >= reader.material.alpha_cutoff, np.float32)
    return alpha
