"""Evaluate glTF materials at surface points: textures, factors and normal maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Floats, row_dot, row_unit
from vitrine.gltf.model import Material, Texture
from vitrine.render.rays.surface_hit import SurfaceHit
from vitrine.render.scene import Scene

UNLIT = "KHR_materials_unlit"
TRANSMISSION = "KHR_materials_transmission"
MAX_SEE_THROUGH = 0.5
"""Share of the light behind it that glass lets through: its outline stays part of the silhouette."""
LEVEL_BIAS = 0.2
"""Subtracted from mip levels before they are rounded, for images that are sharper rather than blurred"""
NORMAL_VARIANCE_LEVELS = 2
"""Mip levels above the one of the normal map, where its variance is read"""


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
            getattr(samples, name)[rows] = getattr(part, name)
    return samples


def _sample_one(scene: Scene, mesh: int, hit: SurfaceHit, footprint_m: Floats) -> MaterialSamples:
    number, has_uvs = scene.mesh_materials[mesh]
    material = scene.materials[number]
    count = len(hit.mesh)

    def read(texture: Texture | None, *, srgb: bool = False, coarser: int = 0) -> Floats | None:
        if texture is None or not has_uvs:
            return None
        pyramid = scene.texture(texture, srgb=srgb)
        texels = hit.uv_per_m * footprint_m * np.float32(max(pyramid.size_px))
        level = np.round(np.log2(np.maximum(texels, 1)) - np.float32(LEVEL_BIAS)).astype(np.int64)
        return pyramid.sample(hit.uv, level + coarser)

    color = np.tile(np.array(material.base_color_factor, np.float32), (count, 1))
    if (texel := read(material.base_color, srgb=True)) is not None:
        color *= texel
    if hit.color is not None:
        color *= hit.color
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
    normal = hit.normal
    if (texel := read(material.normal)) is not None:
        normal = _apply_normal_map(hit, texel[:, :3] * 2 - 1, material.normal_scale)
        if (mean := read(material.normal, coarser=NORMAL_VARIANCE_LEVELS)) is not None:
            roughness = _add_normal_variance(roughness, mean[:, :3] * 2 - 1)
    alpha = _apply_alpha_mode(material, color[:, 3])
    unlit = np.full(count, UNLIT in material.extensions)
    return MaterialSamples(normal, color[:, :3], alpha, metallic, roughness, occlusion, emissive, unlit)


def _apply_alpha_mode(material: Material, alpha: Floats) -> Floats:
    match material.alpha_mode:
        case "OPAQUE":
            transmission = material.extensions.get(TRANSMISSION, {}).get("transmissionFactor", 0)
            return np.full_like(alpha, 1 - MAX_SEE_THROUGH * transmission)
        case "MASK":
            return (alpha >= material.alpha_cutoff).astype(np.float32)
        case "BLEND":
            return alpha


def _add_normal_variance(roughness: Floats, mean_normal: Floats) -> Floats:
    """Roughness (n,) with the variance of the normal map around each point, from mean normals (n, 3).

    The mean of unit normals is the shorter the more they differ (M. Toksvig, "Mipmapping Normal Maps", 2005).
    Without it, glossy fabric has aliased highlights.
    """
    length = np.clip(np.sqrt(row_dot(mean_normal, mean_normal)), 0.3, 1)
    return np.asarray(np.minimum((roughness**4 + 2 * (1 - length) / length) ** 0.25, 1), np.float32)


def _apply_normal_map(hit: SurfaceHit, tangent_normal: Floats, scale: float) -> Floats:
    """World-space normals (n, 3) of tangent-space ones, in the frame that UVs give each triangle."""
    (ab, ac), (uv_ab, uv_ac) = hit.edges, hit.uv_edges
    det = uv_ab[:, 0] * uv_ac[:, 1] - uv_ab[:, 1] * uv_ac[:, 0]
    sign = np.where(det < 0, np.float32(-1), np.float32(1))[:, None]
    along_u = (ab * uv_ac[:, 1:] - ac * uv_ab[:, 1:]) * sign
    # glTF's green channel points up in the image, against v.
    against_v = (ab * uv_ac[:, :1] - ac * uv_ab[:, :1]) * sign
    tangent, bitangent = (
        row_unit(axis - hit.normal * row_dot(axis, hit.normal)[:, None]) for axis in (along_u, against_v)
    )
    scaled = tangent_normal * np.array([scale, scale, 1], np.float32)
    normal = tangent * scaled[:, :1] + bitangent * scaled[:, 1:2] + hit.normal * scaled[:, 2:]
    return np.where((row_dot(normal, normal) > 1e-12)[:, None], row_unit(normal), hit.normal)
