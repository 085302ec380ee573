"""Evaluate what extensions add to a metallic-roughness material, at surface points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from vitrine.arrays import Floats
from vitrine.render.shading.normal_map import mapped_normal, tangent_frame
from vitrine.render.shading.texture_reader import TextureReader

DIELECTRIC_IOR = 1.5
Json = Mapping[str, Any]
Layers = dict[str, Floats]
"""Values (n,) or (n, 3) float32 by name; 0 where a material does not have them"""
NEUTRAL = {"f0": 0.04, "f90": 1.0, "ior": DIELECTRIC_IOR}
"""Values of a material without extensions, where they are not 0"""


def sample_layers(reader: TextureReader) -> Layers:
    """Return the values of the extensions that a material has."""
    extensions = {
        name.removeprefix("KHR_materials_"): value for name, value in reader.material.extensions.items()
    }
    layers: Layers = {}
    for name, sample in (
        ("clearcoat", _clearcoat),
        ("sheen", _sheen),
        ("iridescence", _iridescence),
        ("anisotropy", _anisotropy),
        ("transmission", _transmission),
    ):
        if name in extensions:
            layers |= sample(reader, extensions[name])
    if extensions.keys() & {"ior", "specular"}:
        layers |= _specular(reader, extensions.get("ior", {}), extensions.get("specular", {}))
    if "transmission" in layers:
        layers |= _volume(reader, extensions.get("volume", {}))
        layers["ior"] = _constant(reader, extensions.get("ior", {}).get("ior", DIELECTRIC_IOR))
    return layers


def _constant(reader: TextureReader, value: float) -> Floats:
    return np.full(len(reader.hit.mesh), value, np.float32)


def _clearcoat(reader: TextureReader, values: Json) -> Layers:
    texture = reader.texture_of(values, "clearcoatNormalTexture")
    info = values.get("clearcoatNormalTexture")
    scale = info.get("scale", 1.0) if isinstance(info, dict) else 1.0
    normal = mapped_normal(reader, texture, scale)
    roughness = reader.scaled(values, "clearcoatRoughness", 1)
    return {
        "clearcoat": reader.scaled(values, "clearcoat", 0),
        "clearcoat_roughness": roughness,
        "clearcoat_normal": reader.hit.normal if normal is None else normal,
    }


def _sheen(reader: TextureReader, values: Json) -> Layers:
    roughness = float(values.get("sheenRoughnessFactor", 0.0))
    texel = reader.read(reader.texture_of(values, "sheenRoughnessTexture"))
    return {
        "sheen": reader.colored(values, "sheenColor"),
        "sheen_roughness": _constant(reader, roughness) if texel is None else texel[:, 3] * roughness,
    }


def _iridescence(reader: TextureReader, values: Json) -> Layers:
    low, high = (
        float(values.get(f"iridescenceThickness{end}", default))
        for end, default in (("Minimum", 100.0), ("Maximum", 400.0))
    )
    texel = reader.read(reader.texture_of(values, "iridescenceThicknessTexture"))
    thickness = _constant(reader, high) if texel is None else low + (high - low) * texel[:, 1]
    return {
        "iridescence": reader.scaled(values, "iridescence", 0),
        "film_ior": _constant(reader, float(values.get("iridescenceIor", 1.3))),
        "film_nm": np.asarray(thickness, np.float32),
    }


def _anisotropy(reader: TextureReader, values: Json) -> Layers:
    """The strength, and the direction across which highlights are stretched."""
    strength = _constant(reader, float(values.get("anisotropyStrength", 0.0)))
    angle = _constant(reader, float(values.get("anisotropyRotation", 0.0)))
    texel = reader.read(reader.texture_of(values, "anisotropyTexture"))
    if texel is not None:
        x, y = texel[:, 0] * 2 - 1, texel[:, 1] * 2 - 1
        angle, strength = angle + np.arctan2(y, x), strength * texel[:, 2]
    tangent, bitangent = tangent_frame(reader.scene, reader.hit)
    across = bitangent * np.cos(angle)[:, None] - tangent * np.sin(angle)[:, None]
    return {"anisotropy": strength, "anisotropy_across": across.astype(np.float32)}


def _transmission(reader: TextureReader, values: Json) -> Layers:
    return {"transmission": reader.scaled(values, "transmission", 0)}


def _volume(reader: TextureReader, values: Json) -> Layers:
    """The thickness, and the part of the light that passes it (Beer's law)."""
    thickness = reader.scaled(values, "thickness", 1)
    distance = float(values.get("attenuationDistance", np.inf))
    color = np.array(values.get("attenuationColor", (1.0, 1.0, 1.0)), np.float32)
    passed = np.maximum(color, np.float32(1e-6)) ** (thickness / np.float32(distance))[:, None]
    return {"thickness_m": thickness, "attenuation": passed.astype(np.float32)}


def _specular(reader: TextureReader, ior: Json, values: Json) -> Layers:
    """Reflectance of the dielectric part at normal and at grazing incidence."""
    index = float(ior.get("ior", DIELECTRIC_IOR))
    f0 = ((index - 1) / (index + 1)) ** 2 if index else 1.0
    strength = reader.scaled(values, "specular", 3, 1.0)
    color = reader.colored(values, "specularColor", 1.0)
    return {"f0": np.minimum(color * np.float32(f0), 1) * strength[:, None], "f90": strength}
