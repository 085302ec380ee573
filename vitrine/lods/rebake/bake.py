"""New pictures for a coarse model, painted from the fine one it stands for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Ints, Pixels, row_dot
from vitrine.gltf.model import Mesh
from vitrine.lods.rebake.closest_points import closest_surface_points
from vitrine.render.rays.bvh import build_bvh
from vitrine.render.rays.intersect import Hit
from vitrine.render.rays.surface_hit import cross_rows, interpolate, unit
from vitrine.render.scene import Scene
from vitrine.render.shading.material_samples import sample_materials
from vitrine.textures.color_space import to_srgb
from vitrine.threads import map_slices


@dataclass(slots=True)
class BakedTextures:
    """Square pictures under work, each (n, n, 3 or 4) uint8."""

    color: Pixels
    finish: Pixels
    """Occlusion, roughness and metal, in the channels glTF has them in"""
    normal: Pixels
    emissive: Pixels
    covered: npt.NDArray[np.bool_]
    """(n, n) texels that have been painted"""

    @classmethod
    def blank(cls, size_px: int) -> BakedTextures:
        color, finish, normal, emissive = (np.zeros((size_px, size_px, n), np.uint8) for n in (4, 3, 3, 3))
        return cls(color, finish, normal, emissive, np.zeros((size_px, size_px), np.bool_))


def bake(coarse: Mesh, fine: Scene, canvas: BakedTextures, reach_m: float) -> None:
    """TextureUse what the fine surface looks like onto the texels of the coarse one's charts.

    The normals painted are those that, in the coarse mesh's own tangents, come out as the fine surface's.
    """
    size = len(canvas.covered)
    row, column, at = texels_of(coarse, size)
    if not len(row):
        return
    position, normal, tangent, sign = _frame(coarse, at)
    found = closest_surface_points(fine, position, normal, reach_m)
    spacing = _spacing(coarse, size)[at.triangle]

    def paint(part: slice) -> None:
        where = (row[part], column[part])
        here = normal[part]
        surface_hit = interpolate(fine, found.take(np.arange(part.start, part.stop)), -here)
        look = sample_materials(fine, surface_hit, spacing[part])
        canvas.color[where] = np.column_stack([to_srgb(look.colour), _bytes(look.alpha)])
        canvas.finish[where] = _bytes(np.column_stack([look.occlusion, look.roughness, look.metallic]))
        canvas.emissive[where] = to_srgb(look.emissive)
        axes = (tangent[part], cross_rows(here, tangent[part]) * sign[part], here)
        bump = unit(np.column_stack([row_dot(look.normal, axis) for axis in axes]))
        canvas.normal[where] = _bytes(bump / 2 + np.float32(0.5))

    map_slices(paint, len(row))
    canvas.covered[row, column] = True


def texels_of(mesh: Mesh, size: int) -> tuple[Ints, Ints, Hit]:
    """Rows and columns of the texels whose centres lie in a triangle, and where in it: found by rays."""
    assert mesh.uvs is not None
    flat = np.column_stack([mesh.uvs * np.float32(size), np.zeros(len(mesh.uvs), np.float32)])
    tree = build_bvh(flat, mesh.triangles)
    row, column = (axis.reshape(-1) for axis in np.indices((size, size)))
    origins = np.column_stack([column + 0.5, row + 0.5, np.full(size * size, -1.0)]).astype(np.float32)
    towards = np.broadcast_to(np.array([0, 0, 1], np.float32), origins.shape)
    said = tree.run(origins, np.ascontiguousarray(towards), output=1)
    met = said["primID"] >= 0
    return row[met], column[met], Hit(*(said[name][met] for name in ("primID", "u", "v", "tfar")))


def _frame(mesh: Mesh, at: Hit) -> tuple[Floats, Floats, Floats, Floats]:
    """Positions, unit normals and tangents (n, 3) and the bitangents' signs (n, 1) inside triangles."""
    assert mesh.normals is not None
    assert mesh.tangents is not None
    corners = mesh.triangles[at.triangle]
    weights = np.stack([1 - at.u - at.v, at.u, at.v], axis=1)[..., None]
    position, normal, tangent = (
        (values[corners] * weights).sum(axis=1)
        for values in (mesh.positions, mesh.normals, mesh.tangents[:, :3])
    )
    normal = unit(normal)
    tangent = unit(tangent - normal * row_dot(tangent, normal)[:, None])
    return position, normal, tangent, mesh.tangents[corners[:, 0], 3:]


def _spacing(mesh: Mesh, size: int) -> Floats:
    """(m,) how far apart, in metres, the centres of neighbouring texels lie on each triangle."""
    assert mesh.uvs is not None
    a, b, c = (mesh.positions[mesh.triangles[:, corner]] for corner in range(3))
    ua, ub, uc = (mesh.uvs[mesh.triangles[:, corner]] * np.float32(size) for corner in range(3))
    cross, (x1, y1), (x2, y2) = cross_rows(b - a, c - a), (ub - ua).T, (uc - ua).T
    texels = np.maximum(np.abs(x1 * y2 - x2 * y1), np.float32(1e-6))
    return np.asarray(np.sqrt(np.sqrt(row_dot(cross, cross)) / texels), np.float32)


def _bytes(values: Floats) -> Pixels:
    levels: Pixels = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return levels
