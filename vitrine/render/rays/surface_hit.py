"""The bit of triangle that a ray met: where it is, which way it faces, where on the textures it lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Floats, Ints, row_dot
from vitrine.render.rays.intersect import Hit
from vitrine.render.scene import Scene


def unit(vectors: Floats) -> Floats:
    """Rows at length 1; rows of length 0 stay."""
    return vectors / np.maximum(np.sqrt(row_dot(vectors, vectors)), np.float32(1e-30))[:, None]


@dataclass(frozen=True, slots=True)
class SurfaceHit:
    """n places on a model."""

    mesh: Ints
    """(n,) index into `Scene.mesh_materials`"""
    position: Floats
    """(n, 3) metres"""
    flat_normal: Floats
    """(n, 3) unit, of the triangle, towards the viewer"""
    normal: Floats
    """(n, 3) unit, interpolated, on the viewer's side of the triangle"""
    uv: Floats
    """(n, 2)"""
    edges: tuple[Floats, Floats]
    """Two sides of each triangle, (n, 3) metres"""
    uv_edges: tuple[Floats, Floats]
    """The same sides on the textures, (n, 2)"""
    uv_per_m: Floats
    """(n,) how far apart on the textures two points a metre apart lie, in the direction seen most slanted"""

    def take(self, where: Bools) -> SurfaceHit:
        """Some of the places."""
        return SurfaceHit(
            self.mesh[where],
            self.position[where],
            self.flat_normal[where],
            self.normal[where],
            self.uv[where],
            (self.edges[0][where], self.edges[1][where]),
            (self.uv_edges[0][where], self.uv_edges[1][where]),
            self.uv_per_m[where],
        )


def interpolate(scene: Scene, hit: Hit, directions: Floats) -> SurfaceHit:
    """The places of hits that all met something, seen along `directions` (n, 3).

    Normals face the viewer: generated models have flipped windings in places, and a dark ones help nobody.
    """
    a, b, c = np.moveaxis(scene.vertices[scene.triangles[hit.triangle]], 1, 0)
    ab, ac = b - a, c - a
    here = a + hit.u[:, None] * ab + hit.v[:, None] * ac
    (edge_ab, edge_ac), (uv_ab, uv_ac) = (ab[:, :3], ac[:, :3]), (ab[:, 6:], ac[:, 6:])
    cross = cross_rows(edge_ab, edge_ac)
    twice_area = np.maximum(np.sqrt(row_dot(cross, cross)), np.float32(1e-30))
    slant = row_dot(cross, directions) / twice_area
    flat = cross / np.copysign(twice_area, -slant)[:, None]
    normal = here[:, 3:6]
    smooth = row_dot(normal, normal) > 0.01
    normal = np.where(smooth[:, None], unit(normal), flat)
    normal *= np.where(row_dot(normal, flat) < 0, np.float32(-1), np.float32(1))[:, None]
    twice_uv = np.abs(uv_ab[:, 0] * uv_ac[:, 1] - uv_ab[:, 1] * uv_ac[:, 0])
    slant = np.maximum(np.abs(slant) / np.sqrt(row_dot(directions, directions)), np.float32(0.15))
    return SurfaceHit(
        scene.mesh_of_triangle[hit.triangle],
        here[:, :3],
        flat,
        normal,
        here[:, 6:],
        (edge_ab, edge_ac),
        (uv_ab, uv_ac),
        np.sqrt(twice_uv / twice_area / slant),
    )


def cross_rows(a: Floats, b: Floats) -> Floats:
    """Row by row, (n, 3); numpy's own takes three times as long."""
    product = np.empty_like(a)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        product[:, i] = a[:, j] * b[:, k] - a[:, k] * b[:, j]
    return product
