"""KHR_materials_emissive_strength -> emissive factor and texture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.codecs.images import decode_image, encode_png
from vitrine.gltf.model import Material
from vitrine.textures.color_space import LINEAR_OF_BYTE, to_srgb, tone_map

NAME = "KHR_materials_emissive_strength"


def bake_emissive_strength(material: Material) -> Material:
    """Return the material with its strength in factor and texture; itself where it emits none.

    Light above 1, which core glTF has not, keeps its hue and fades to white as tone mapping lets it: clamping
    each channel would turn orange into yellow. It goes into the texels where there is a texture, as core glTF
    multiplies them with factors of at most 1.
    """
    strength = float(material.extensions.get(NAME, {}).get("emissiveStrength", 1))
    wanted = np.array(material.emissive_factor, np.float32) * np.float32(strength)
    if strength == 1 or not wanted.any():
        return material
    factor, emissive = tone_map(wanted, shoulder=1), material.emissive
    if emissive is not None and bool((wanted > 1).any()):
        light = LINEAR_OF_BYTE[decode_image(emissive.data, emissive.media_type)[..., :3]]
        data = encode_png(to_srgb(tone_map(light * wanted, shoulder=1)))
        emissive = replace(emissive, data=data, media_type="image/png")
        factor = np.ones(3, np.float32)
    red, green, blue = (float(value) for value in factor)
    return replace(material, emissive=emissive, emissive_factor=(red, green, blue))
