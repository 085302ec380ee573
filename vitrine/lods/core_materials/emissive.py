"""KHR_materials_emissive_strength -> emissive factor and texture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import Floats
from vitrine.codecs.images import decode_image, encode_png
from vitrine.gltf.model import Material
from vitrine.textures.color_space import DESATURATION, LINEAR_OF_BYTE, to_srgb

NAME = "KHR_materials_emissive_strength"


def bake_emissive_strength(material: Material) -> Material:
    """Return the material with its strength in factor and texture; itself where it emits none.

    Light above 1, which core glTF has not, keeps its hue and fades to white (`within_one`). It goes into the
    texels where there is a texture, as core glTF multiplies them with factors of at most 1.
    """
    strength = float(material.extensions.get(NAME, {}).get("emissiveStrength", 1))
    wanted = np.array(material.emissive_factor, np.float32) * np.float32(strength)
    if strength == 1 or not wanted.any():
        return material
    factor, emissive = within_one(wanted), material.emissive
    if emissive is not None and bool((wanted > 1).any()):
        light = LINEAR_OF_BYTE[decode_image(emissive.data, emissive.media_type)[..., :3]]
        data = encode_png(to_srgb(within_one(light * wanted)))
        emissive = replace(emissive, data=data, media_type="image/png")
        factor = np.ones(3, np.float32)
    red, green, blue = (float(value) for value in factor)
    return replace(material, emissive=emissive, emissive_factor=(red, green, blue))


def within_one(light: Floats) -> Floats:
    """Return linear light, (…, 3) float32, with its brightest channel at most 1.

    What is brighter is divided by it and mixed with white as far as the tone mapper Khronos PBR Neutral does:
    clamping each channel would turn orange into yellow.
    """
    peak = np.maximum(light.max(axis=-1, keepdims=True), 1)
    white = 1 - 1 / (np.float32(DESATURATION) * (peak - 1) + 1)
    return np.asarray(light / peak * (1 - white) + white, np.float32)
