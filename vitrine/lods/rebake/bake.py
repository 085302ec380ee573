"""Bake the source's material onto the textures of a coarse mesh."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Floats, Pixels, row_cross, row_dot, row_unit
from vitrine.gltf.model import Mesh
from vitrine.lods.rebake.closest_points import closest_surface_points
from vitrine.render.rays.covered_texels import covered_texels
from vitrine.render.rays.intersect import Hit
from vitrine.render.rays.surface_hit import interpolate
from vitrine.render.scene import Scene
from vitrine.render.shading.material_samples import sample_materials
from vitrine.textures.color_space import to_srgb, unit_to_byte
from vitrine.threads import map_slices


@dataclass(slots=True)
class BakedTextures:
    """Square textures that are being baked, n texels wide."""

    color: Pixels
    """(n, n, 4) uint8 sRGB base color and alpha"""
    orm: Pixels
    """(n, n, 3) uint8 occlusion, roughness, metallic: the channels in which glTF reads them"""
    normal: Pixels
    """(n, n, 3) uint8 tangent-space normal map"""
    emissive: Pixels
    """(n, n, 3) uint8 sRGB"""
    covered: Bools
    """(n, n) bool texels that have been baked"""

    @classmethod
    def blank(cls, size_px: int) -> BakedTextures:
        """Return black textures `size_px` wide."""
        color, orm, normal, emissive = (np.zeros((size_px, size_px, n), np.uint8) for n in (4, 3, 3, 3))
        return cls(color, orm, normal, emissive, np.zeros((size_px, size_px), np.bool_))


def bake(coarse: Mesh, source: Scene, textures: BakedTextures, search_m: float) -> None:
    """Fill the texels of the coarse mesh's charts with the material of the source's surface.

    `coarse` needs normals, UVs and tangents. Each texel samples the source at its closest surface point,
    within `search_m` metres along the normal where there is one. The normal map holds the source's normals
    in the coarse mesh's tangent space, so that shading the coarse mesh reproduces them.
    """
    size = len(textures.covered)
    row, column, hit = covered_texels(coarse, size)
    if not len(row):
        return
    position, normal, tangent, sign = _tangent_frames(coarse, hit)
    closest = closest_surface_points(source, position, normal, search_m)
    footprint_m = _texel_spacing_m(coarse, size)[hit.triangle]

    def bake_slice(part: slice) -> None:
        texels = (row[part], column[part])
        n, t = normal[part], tangent[part]
        surface = interpolate(source, closest.take(np.arange(part.start, part.stop)), -n)
        samples = sample_materials(source, surface, footprint_m[part])
        textures.color[texels] = np.column_stack([to_srgb(samples.color), unit_to_byte(samples.alpha)])
        orm = np.column_stack([samples.occlusion, samples.roughness, samples.metallic])
        textures.orm[texels] = unit_to_byte(orm)
        textures.emissive[texels] = to_srgb(samples.emissive)
        axes = (t, row_cross(n, t) * sign[part], n)
        in_tangent_space = row_unit(np.column_stack([row_dot(samples.normal, axis) for axis in axes]))
        textures.normal[texels] = unit_to_byte(in_tangent_space / 2 + np.float32(0.5))

    map_slices(bake_slice, len(row))
    textures.covered[row, column] = True


def _tangent_frames(mesh: Mesh, hit: Hit) -> tuple[Floats, Floats, Floats, Floats]:
    """Return positions, unit normals and unit tangents, (k, 3) each, and the bitangents' signs, (k, 1)."""
    assert mesh.normals is not None
    assert mesh.tangents is not None
    corners = mesh.triangles[hit.triangle]
    weights = np.stack([1 - hit.u - hit.v, hit.u, hit.v], axis=1)[..., None]
    position, normal, tangent = (
        (values[corners] * weights).sum(axis=1)
        for values in (mesh.positions, mesh.normals, mesh.tangents[:, :3])
    )
    normal = row_unit(normal)
    tangent = row_unit(tangent - normal * row_dot(tangent, normal)[:, None])
    return position, normal, tangent, mesh.tangents[corners[:, 0], 3:]


def _texel_spacing_m(mesh: Mesh, size_px: int) -> Floats:
    """Return the distance in metres between neighbouring texels on each triangle, (m,) float32."""
    assert mesh.uvs is not None
    a, b, c = (mesh.positions[mesh.triangles[:, corner]] for corner in range(3))
    ua, ub, uc = (mesh.uvs[mesh.triangles[:, corner]] * np.float32(size_px) for corner in range(3))
    cross, (x1, y1), (x2, y2) = row_cross(b - a, c - a), (ub - ua).T, (uc - ua).T
    texels = np.maximum(np.abs(x1 * y2 - x2 * y1), np.float32(1e-6))
    return np.asarray(np.sqrt(np.sqrt(row_dot(cross, cross)) / texels), np.float32)
