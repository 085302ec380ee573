"""Evaluate glTF materials at surface points: textures, factors, normal maps and the layers of extensions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from vitrine.arrays import Bools, Floats
from vitrine.gltf.model import Material
from vitrine.render.rays.surface_hit import SurfaceHit
from vitrine.render.scene import Scene
from vitrine.render.shading.layers import NEUTRAL, Layers, sample_layers
from vitrine.render.shading.normal_map import add_normal_variance, mapped_normal
from vitrine.render.shading.texture_reader import TextureReader

UNLIT = "KHR_materials_unlit"
EMISSIVE_STRENGTH = "KHR_materials_emissive_strength"
SPECULAR_GLOSSINESS = "KHR_materials_pbrSpecularGlossiness"


@dataclass(frozen=True, slots=True)
class MaterialSamples:
    """The material at n surface points; colours are linear light, everything is float32."""

    normal: Floats
    """(n, 3) unit, with the normal map"""
    color: Floats
    """(n, 3) base colour"""
    alpha: Floats
    """(n,) after the alpha mode: 1 for OPAQUE, 0 or 1 for MASK"""
    metallic: Floats
    """(n,)"""
    roughness: Floats
    """(n,)"""
    occlusion: Floats
    """(n,) of the occlusion texture, 1 where nothing occludes"""
    emissive: Floats
    """(n, 3)"""
    unlit: Bools
    """(n,) whether the base colour is what is seen (KHR_materials_unlit)"""
    layers: Layers = field(default_factory=dict)
    """What extensions add, by name; see `vitrine.render.shading.layers`"""


def sample_materials(scene: Scene, hit: SurfaceHit, footprint_m: Floats) -> MaterialSamples:
    """Evaluate the materials at surface points.

    Parameters
    ----------
    hit : SurfaceHit
        n points
    footprint_m : (n,) float32
        Width of a pixel at each point, in metres, which sets the mip level
    """
    if len(scene.mesh_materials) == 1:
        return _sample_one(scene, 0, hit, footprint_m)
    count = len(hit.mesh)
    normal, color, emissive = (np.empty((count, 3), np.float32) for _ in range(3))
    alpha, metallic, roughness, occlusion = (np.empty(count, np.float32) for _ in range(4))
    unlit = np.empty(count, np.bool_)
    samples = MaterialSamples(normal, color, alpha, metallic, roughness, occlusion, emissive, unlit)
    for mesh in np.flatnonzero(np.bincount(hit.mesh)):
        rows = hit.mesh == mesh
        part = _sample_one(scene, int(mesh), hit.take(rows), footprint_m[rows])
        for name in MaterialSamples.__slots__:
            if name != "layers":
                getattr(samples, name)[rows] = getattr(part, name)
        for name, values in part.layers.items():
            if name not in samples.layers:
                neutral = np.float32(NEUTRAL.get(name, 0.0))
                samples.layers[name] = np.full((count, *values.shape[1:]), neutral, np.float32)
            samples.layers[name][rows] = values
    return samples


def _sample_one(scene: Scene, mesh: int, hit: SurfaceHit, footprint_m: Floats) -> MaterialSamples:
    number, has_uvs = scene.mesh_materials[mesh]
    material = scene.materials[number]
    count = len(hit.mesh)
    reader = TextureReader(scene, material, hit, footprint_m, has_uvs)

    color = np.tile(np.array(material.base_color_factor, np.float32), (count, 1))
    if (texel := reader.read(material.base_color, srgb=True)) is not None:
        color *= texel
    metallic = np.full(count, material.metallic_factor, np.float32)
    roughness = np.full(count, material.roughness_factor, np.float32)
    if (texel := reader.read(material.metallic_roughness)) is not None:
        roughness *= texel[:, 1]
        metallic *= texel[:, 2]
    layers = sample_layers(reader) if material.extensions else {}
    if SPECULAR_GLOSSINESS in material.extensions:
        color, metallic, roughness, layers["f0"] = _specular_glossiness(reader)
        layers["f90"] = np.ones(count, np.float32)
    if scene.colors is not None:
        color *= hit.interpolated(scene, scene.colors)
    occlusion = np.ones(count, np.float32)
    if (texel := reader.read(material.occlusion)) is not None:
        occlusion += np.float32(material.occlusion_strength) * (texel[:, 0] - 1)
    emissive = np.tile(np.array(material.emissive_factor, np.float32), (count, 1))
    if any(material.emissive_factor):
        if (texel := reader.read(material.emissive, srgb=True)) is not None:
            emissive *= texel[:, :3]
        emissive *= np.float32(material.extensions.get(EMISSIVE_STRENGTH, {}).get("emissiveStrength", 1.0))
    normal = hit.normal
    if (mapped := mapped_normal(reader, material.normal, material.normal_scale)) is not None:
        assert material.normal is not None
        normal, roughness = mapped, add_normal_variance(reader, material.normal, roughness)
    alpha = _apply_alpha_mode(material, color[:, 3])
    unlit = np.full(count, UNLIT in material.extensions)
    return MaterialSamples(
        normal, color[:, :3], alpha, metallic, roughness, occlusion, emissive, unlit, layers
    )


def _apply_alpha_mode(material: Material, alpha: Floats) -> Floats:
    match material.alpha_mode:
        case "OPAQUE":
            return np.ones_like(alpha)
        case "MASK":
            return (alpha >= material.alpha_cutoff).astype(np.float32)
        case "BLEND":
            return alpha


def _specular_glossiness(reader: TextureReader) -> tuple[Floats, Floats, Floats, Floats]:
    """Diffuse colour and alpha (n, 4), metallic (n,), roughness (n,) and reflectance (n, 3)."""
    values = reader.material.extensions[SPECULAR_GLOSSINESS]
    count = len(reader.hit.mesh)
    color = np.tile(np.array(values.get("diffuseFactor", (1, 1, 1, 1)), np.float32), (count, 1))
    if (texel := reader.read(reader.texture_of(values, "diffuseTexture"), srgb=True)) is not None:
        color *= texel
    specular = np.tile(np.array(values.get("specularFactor", (1, 1, 1)), np.float32), (count, 1))
    gloss = np.full(count, values.get("glossinessFactor", 1.0), np.float32)
    texture = reader.texture_of(values, "specularGlossinessTexture")
    if (texel := reader.read(texture, srgb=True)) is not None:
        specular *= texel[:, :3]
        gloss *= texel[:, 3]
    color[:, :3] *= 1 - specular.max(axis=1, keepdims=True)
    return color, np.zeros(count, np.float32), 1 - gloss, specular
