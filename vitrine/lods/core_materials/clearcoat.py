"""KHR_materials_clearcoat -> roughness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.lods.core_materials.channels import Channels, MaterialReader

NAME = "KHR_materials_clearcoat"


def bake_clearcoat(reader: MaterialReader, channels: Channels) -> Channels:
    """Return channels with the coat's roughness where its reflection is the one that is seen.

    A coat reflects 4 % of the light, as much as a surface below that is no metal: the sharper of the two
    highlights is the coat's. A metal reflects far more than its coat, and keeps its roughness.
    """
    factor = reader.number(NAME, "clearcoatFactor", 0)
    if not factor:
        return channels
    coat = factor * reader.texture(NAME, "clearcoatTexture", "data")[..., :1] * (1 - channels.metallic)
    roughness = reader.number(NAME, "clearcoatRoughnessFactor", 0)
    roughness_of_coat = roughness * reader.texture(NAME, "clearcoatRoughnessTexture", "data")[..., 1:2]
    smoother = np.minimum(channels.roughness, roughness_of_coat)
    mixed = channels.roughness * (1 - coat) + smoother * coat
    return replace(channels, roughness=np.asarray(mixed, np.float32))
