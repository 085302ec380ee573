"""Apply normal maps: tangent frames, and the roughness that smaller mip levels lose."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, row_cross, row_dot, row_unit
from vitrine.gltf.model import Texture
from vitrine.render.rays.surface_hit import SurfaceHit
from vitrine.render.scene import Scene
from vitrine.render.shading.texture_reader import TextureReader

VARIANCE_LEVELS = 2
"""Mip levels above the one of the normal map, where its variance is read"""


def mapped_normal(reader: TextureReader, texture: Texture | None, scale: float) -> Floats | None:
    """Return world-space normals (n, 3) of a normal map; `None` without one."""
    texel = reader.read(texture)
    if texel is None or texture is None:
        return None
    tangent, bitangent = tangent_frame(reader.scene, reader.points(texture), texture.uv)
    x, y, z = (texel[:, axis, None] * 2 - 1 for axis in range(3))
    up = reader.hit.normal
    normal = (tangent * x + bitangent * y) * np.float32(scale) + up * z
    return np.where((row_dot(normal, normal) > 1e-12)[:, None], row_unit(normal), up)


def add_normal_variance(reader: TextureReader, texture: Texture, roughness: Floats) -> Floats:
    """Return roughness (n,) with the variance of the normal map around each point.

    The mean of unit normals is the shorter the more they differ (M. Toksvig, "Mipmapping Normal Maps", 2005).
    Without it, glossy fabric has aliased highlights.
    """
    mean = reader.read(texture, coarser=VARIANCE_LEVELS)
    if mean is None:
        return roughness
    mean_normal = mean[:, :3] * 2 - 1
    length = np.clip(np.sqrt(row_dot(mean_normal, mean_normal)), 0.3, 1)
    return np.asarray(np.minimum((roughness**4 + 2 * (1 - length) / length) ** 0.25, 1), np.float32)


def tangent_frame(scene: Scene, hit: SurfaceHit, uv: int = 0) -> tuple[Floats, Floats]:
    """Return unit tangents towards larger u and bitangents against v, (n, 3) each.

    They are the file's, where it has tangents for this UV set, and otherwise those that UVs give each
    triangle. On a triangle's back side the frame is turned around as a whole, as the normal is.
    """
    uvs = scene.other_uvs[uv - 1] if 0 < uv <= len(scene.other_uvs) else scene.vertices[:, 6:]
    (ab, ac), (uv_ab, uv_ac) = hit.edges(scene, scene.positions), hit.edges(scene, uvs)
    det = uv_ab[:, 0] * uv_ac[:, 1] - uv_ab[:, 1] * uv_ac[:, 0]
    side = np.where(hit.front, np.float32(1), np.float32(-1))[:, None]
    sign = np.where(det < 0, np.float32(-1), np.float32(1))[:, None] * side
    # glTF's green channel points up in the image, against v.
    axes = [
        (ab * uv_ac[:, 1:] - ac * uv_ab[:, 1:]) * sign,
        (ab * uv_ac[:, :1] - ac * uv_ab[:, :1]) * sign,
    ]
    if scene.tangents is not None and uv == 0:
        stored = hit.interpolated(scene, scene.tangents)
        along = stored[:, :3] * side
        across = row_cross(hit.normal, stored[:, :3]) * np.sign(stored[:, 3:])
        known = (row_dot(along, along) > 1e-6)[:, None]
        axes = [np.where(known, along, axes[0]), np.where(known, across, axes[1])]
    tangent, bitangent = (row_unit(axis - hit.normal * row_dot(axis, hit.normal)[:, None]) for axis in axes)
    return tangent, bitangent
