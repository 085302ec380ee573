"""KHR_materials_sheen -> base colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.lods.core_materials.channels import Channels, MaterialReader

NAME = "KHR_materials_sheen"
ALBEDO = (0.011, 0.075, 0.144, 0.192, 0.222, 0.241)
"""Share of even light that white sheen reflects at roughness 0, 0.2 … 1: the extension's Charlie distribution
with Neubelt's visibility, integrated over both hemispheres."""


def bake_sheen(reader: MaterialReader, channels: Channels) -> Channels:
    """Return channels with the colour that base and sheen have together in even light.

    The extension scales the base by what the sheen leaves of the light, and adds the sheen; here both become
    one diffuse colour. The glow along the outline, where sheen is strongest, is spread over the surface.
    """
    factor = reader.color(NAME, "sheenColorFactor", 0)
    if not factor.any():
        return channels
    sheen = factor * reader.texture(NAME, "sheenColorTexture", "color")[..., :3]
    roughness = reader.number(NAME, "sheenRoughnessFactor", 0)
    roughness_of_sheen = roughness * reader.texture(NAME, "sheenRoughnessTexture", "data")[..., 3:]
    albedo = np.interp(roughness_of_sheen, np.linspace(0, 1, len(ALBEDO)), ALBEDO).astype(np.float32)
    left = 1 - albedo * sheen.max(axis=2, keepdims=True)
    return replace(channels, color=np.asarray(np.minimum(channels.color * left + albedo * sheen, 1)))
