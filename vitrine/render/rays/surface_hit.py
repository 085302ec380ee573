"""Interpolate vertices at the points where rays hit triangles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Floats, Ints, row_cross, row_dot, row_unit
from vitrine.render.rays.intersect import Hit
from vitrine.render.scene import Scene

MIN_COSINE = 0.15
"""Texture footprints at grazing angles are not stretched further than at this cosine."""


@dataclass(frozen=True, slots=True)
class SurfaceHit:
    """n points on a model's surface."""

    mesh: Ints
    """(n,) index into `Scene.mesh_materials`"""
    position: Floats
    """(n, 3) float32, metres"""
    flat_normal: Floats
    """(n, 3) unit normal of the triangle, towards the viewer"""
    normal: Floats
    """(n, 3) unit, interpolated, on the viewer's side of the triangle"""
    uv: Floats
    """(n, 2) float32"""
    edges: tuple[Floats, Floats]
    """The edges ab and ac of each triangle, (n, 3) float32 each, metres"""
    uv_edges: tuple[Floats, Floats]
    """The same edges in texture space, (n, 2) float32 each"""
    uv_per_m: Floats
    """(n,) distance in texture space that a metre seen from the camera covers, along the slant"""
    color: Floats | None = None
    """(n, 4) linear vertex colour; `None` where no mesh has any"""

    def take(self, rows: Bools) -> SurfaceHit:
        """Return the points of a mask (n,)."""
        return SurfaceHit(
            self.mesh[rows],
            self.position[rows],
            self.flat_normal[rows],
            self.normal[rows],
            self.uv[rows],
            (self.edges[0][rows], self.edges[1][rows]),
            (self.uv_edges[0][rows], self.uv_edges[1][rows]),
            self.uv_per_m[rows],
            None if self.color is None else self.color[rows],
        )


def interpolate(scene: Scene, hit: Hit, directions: Floats) -> SurfaceHit:
    """Interpolate position, normal, UV and vertex colour at hits.

    Normals are flipped towards the viewer, as generated models have some flipped windings.

    Parameters
    ----------
    hit : Hit
        n hits, none of them a miss
    directions : (n, 3) float32
        Directions of the rays
    """
    a, b, c = np.moveaxis(scene.vertices[scene.triangles[hit.triangle]], 1, 0)
    ab, ac = b - a, c - a
    vertex = a + hit.u[:, None] * ab + hit.v[:, None] * ac
    (edge_ab, edge_ac), (uv_ab, uv_ac) = (ab[:, :3], ac[:, :3]), (ab[:, 6:], ac[:, 6:])
    cross = row_cross(edge_ab, edge_ac)
    twice_area = np.maximum(np.sqrt(row_dot(cross, cross)), np.float32(1e-30))
    cosine = row_dot(cross, directions) / twice_area
    flat = cross / np.copysign(twice_area, -cosine)[:, None]
    normal = vertex[:, 3:6]
    has_normal = row_dot(normal, normal) > 0.01
    normal = np.where(has_normal[:, None], row_unit(normal), flat)
    normal *= np.where(row_dot(normal, flat) < 0, np.float32(-1), np.float32(1))[:, None]
    twice_uv_area = np.abs(uv_ab[:, 0] * uv_ac[:, 1] - uv_ab[:, 1] * uv_ac[:, 0])
    cosine = np.maximum(np.abs(cosine) / np.sqrt(row_dot(directions, directions)), np.float32(MIN_COSINE))
    return SurfaceHit(
        scene.mesh_of_triangle[hit.triangle],
        vertex[:, :3],
        flat,
        normal,
        vertex[:, 6:],
        (edge_ab, edge_ac),
        (uv_ab, uv_ac),
        np.sqrt(twice_uv_area / twice_area / cosine),
        _colors(scene, hit),
    )


def _colors(scene: Scene, hit: Hit) -> Floats | None:
    """Interpolate the vertex colours, (n, 4) float32."""
    if scene.colors is None:
        return None
    a, b, c = np.moveaxis(scene.colors[scene.triangles[hit.triangle]], 1, 0)
    return np.asarray(a + hit.u[:, None] * (b - a) + hit.v[:, None] * (c - a), np.float32)
