"""KHR_materials_specular and KHR_materials_ior -> metallic and roughness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.lods.core_materials.channels import Channels, MaterialReader
from vitrine.repair.specular_glossiness import DIELECTRIC, metallic_of

NAME, IOR = "KHR_materials_specular", "KHR_materials_ior"
TOLERANCE = 0.005
"""A reflectance this near to that of core glTF, 0.04, is left as it is."""
MIN_SHARE = 0.25
"""A reflection with at least this share of its strength is nearer to the full one than to a blurred one."""


def bake_specular(reader: MaterialReader, channels: Channels) -> Channels:
    """Return channels that reflect about as much: more by metallic, less by roughness.

    Core glTF fixes the reflectance of what is no metal at 0.04. A higher one is reached with a metallic
    value, by the conversion of specular-glossiness. A lower one is not possible; below a quarter
    of 0.04, a rougher surface spreads its highlight until it is not seen.
    """
    ior = reader.number(IOR, "ior", 1.5)
    # ior 0 is the extension's special value for a reflectance of 1.
    reflectance = ((ior - 1) / (ior + 1)) ** 2 if ior else 1.0
    factor = reader.number(NAME, "specularFactor", 1)
    weight = factor * reader.texture(NAME, "specularTexture", "data")[..., 3:]
    tint = reader.color(NAME, "specularColorFactor", 1)
    tint = tint * reader.texture(NAME, "specularColorTexture", "color")[..., :3]
    specular = np.minimum(np.float32(reflectance) * tint, 1) * weight
    if float(np.abs(specular - DIELECTRIC).max()) <= TOLERANCE:
        return channels
    base, metal = channels.color, channels.metallic
    diffuse, reflected = base * (1 - metal), specular * (1 - metal) + base * metal
    shape = np.broadcast_shapes(diffuse.shape, reflected.shape)
    flat = (np.broadcast_to(each, shape).reshape(-1, 3).astype(np.float64) for each in (diffuse, reflected))
    color, metallic = metallic_of(*flat)
    brightest = specular.max(axis=2, keepdims=True)
    missing = np.clip(1 - brightest / (MIN_SHARE * DIELECTRIC), 0, 1) * (1 - metal)
    rougher = channels.roughness + (1 - channels.roughness) * missing
    if not bool((metallic > TOLERANCE).any()):  # nothing reflects more: only the roughness changes
        return replace(channels, roughness=np.asarray(rougher, np.float32))
    return replace(
        channels,
        color=color.reshape(shape).astype(np.float32),
        metallic=metallic.reshape(*shape[:2], 1).astype(np.float32),
        roughness=np.asarray(rougher, np.float32),
    )
