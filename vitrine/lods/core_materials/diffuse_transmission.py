"""KHR_materials_diffuse_transmission -> base colour."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.lods.core_materials.channels import Channels, MaterialReader

NAME = "KHR_materials_diffuse_transmission"


def bake_diffuse_transmission(reader: MaterialReader, channels: Channels) -> Channels:
    """Return channels with the colour that a translucent sheet has in light that is alike from both sides.

    The extension mixes reflection of the base colour with transmission of its own colour; under even light
    both see the same, and the mix of the colours is exact.
    """
    factor = reader.number(NAME, "diffuseTransmissionFactor", 0)
    if not factor:
        return channels
    share = factor * reader.texture(NAME, "diffuseTransmissionTexture", "data")[..., 3:]
    share = share * (1 - channels.metallic)
    color = reader.color(NAME, "diffuseTransmissionColorFactor", 1)
    color = color * reader.texture(NAME, "diffuseTransmissionColorTexture", "color")[..., :3]
    return replace(channels, color=np.asarray(channels.color * (1 - share) + color * share, np.float32))
