"""How a place on a model looks: colour, finish and bumps, from its material's textures and factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, row_dot
from vitrine.gltf.model import Material, Texture
from vitrine.render.rays.surface_hit import SurfaceHit, unit
from vitrine.render.scene import Scene


@dataclass(frozen=True, slots=True)
class MaterialSamples:
    """n points on a model; colours are linear light."""

    normal: Floats
    """(n, 3) unit, normal-mapped"""
    colour: Floats
    """(n, 3) base colour"""
    alpha: Floats
    """(n,) after the material's alpha mode: 1 for OPAQUE, 0 or 1 for MASK"""
    metallic: Floats
    """(n,)"""
    roughness: Floats
    """(n,)"""
    occlusion: Floats
    """(n,) the material's own, 1 is open"""
    emissive: Floats
    """(n, 3)"""


def sample_materials(scene: Scene, surface_hit: SurfaceHit, footprint_m: Floats) -> MaterialSamples:
    """The looks of places seen by pixels this wide (n,); textures are read at the level that fits."""
    if len(scene.mesh_materials) == 1:
        return _of_one(scene, 0, surface_hit, footprint_m)
    count = len(surface_hit.mesh)
    normal, colour, emissive = (np.empty((count, 3), np.float32) for _ in range(3))
    alpha, metallic, roughness, occlusion = (np.empty(count, np.float32) for _ in range(4))
    whole = MaterialSamples(normal, colour, alpha, metallic, roughness, occlusion, emissive)
    for number in np.flatnonzero(np.bincount(surface_hit.mesh)):
        here = surface_hit.mesh == number
        part = _of_one(scene, int(number), surface_hit.take(here), footprint_m[here])
        for name in MaterialSamples.__slots__:
            getattr(whole, name)[here] = getattr(part, name)
    return whole


def _of_one(scene: Scene, surface: int, surface_hit: SurfaceHit, footprint_m: Floats) -> MaterialSamples:
    number, has_uvs = scene.mesh_materials[surface]
    material = scene.materials[number]
    count = len(surface_hit.mesh)

    def read(texture: Texture | None, *, srgb: bool = False, coarser: int = 0) -> Floats | None:
        if texture is None or not has_uvs:
            return None
        pyramid = scene.texture(texture, srgb=srgb)
        texels = surface_hit.uv_per_m * footprint_m * np.float32(max(pyramid.size_px))
        level = np.round(np.log2(np.maximum(texels, 1)) - np.float32(0.2)).astype(np.int64)
        return pyramid.sample(surface_hit.uv, level + coarser)

    colour = np.tile(np.array(material.base_color_factor, np.float32), (count, 1))
    if (texel := read(material.base_color, srgb=True)) is not None:
        colour *= texel
    metallic = np.full(count, material.metallic_factor, np.float32)
    roughness = np.full(count, material.roughness_factor, np.float32)
    if (texel := read(material.metallic_roughness)) is not None:
        roughness *= texel[:, 1]
        metallic *= texel[:, 2]
    occlusion = np.ones(count, np.float32)
    if (texel := read(material.occlusion)) is not None:
        occlusion += np.float32(material.occlusion_strength) * (texel[:, 0] - 1)
    emissive = np.tile(np.array(material.emissive_factor, np.float32), (count, 1))
    if any(material.emissive_factor) and (texel := read(material.emissive, srgb=True)) is not None:
        emissive *= texel[:, :3]
    normal = surface_hit.normal
    if (texel := read(material.normal)) is not None:
        normal = _bent(surface_hit, texel[:, :3] * 2 - 1, material.normal_scale)
        if (around := read(material.normal, coarser=2)) is not None:
            roughness = _roughened(roughness, around[:, :3] * 2 - 1)
    return MaterialSamples(
        normal, colour[:, :3], _alpha(material, colour[:, 3]), metallic, roughness, occlusion, emissive
    )


def _alpha(material: Material, alpha: Floats) -> Floats:
    match material.alpha_mode:
        case "OPAQUE":
            return np.ones_like(alpha)
        case "MASK":
            return (alpha >= material.alpha_cutoff).astype(np.float32)
        case "BLEND":
            return alpha


def _roughened(roughness: Floats, around: Floats) -> Floats:
    """Roughness with the unevenness of the normal map's surroundings in it.

    The average of unit normals is the shorter the more they differ (Toksvig, "Mipmapping Normal Maps", 2005);
    without this, glossy fabric sparkles.
    """
    length = np.clip(np.sqrt(row_dot(around, around)), 0.3, 1)
    return np.asarray(np.minimum((roughness**4 + 2 * (1 - length) / length) ** 0.25, 1), np.float32)


def _bent(surface_hit: SurfaceHit, bump: Floats, scale: float) -> Floats:
    """Normals (n, 3) bent by a normal map, in the tangent frame that the UVs lay over each triangle."""
    (ab, ac), (uv_ab, uv_ac) = surface_hit.edges, surface_hit.uv_edges
    det = uv_ab[:, 0] * uv_ac[:, 1] - uv_ab[:, 1] * uv_ac[:, 0]
    sign = np.where(det < 0, np.float32(-1), np.float32(1))[:, None]
    along_u = (ab * uv_ac[:, 1:] - ac * uv_ab[:, 1:]) * sign
    # The green channel points up the picture, against v.
    up_v = (ab * uv_ac[:, :1] - ac * uv_ab[:, :1]) * sign
    frame = [
        unit(axis - surface_hit.normal * row_dot(axis, surface_hit.normal)[:, None])
        for axis in (along_u, up_v)
    ]
    bump = bump * np.array([scale, scale, 1], np.float32)
    bent = frame[0] * bump[:, :1] + frame[1] * bump[:, 1:2] + surface_hit.normal * bump[:, 2:]
    return np.where((row_dot(bent, bent) > 1e-12)[:, None], unit(bent), surface_hit.normal)
