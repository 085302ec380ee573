"""Interpolate vertices at the points where rays hit triangles."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
    hit: Hit
    """Where on which triangles they are, to interpolate what few materials need"""
    front: Bools
    """(n,) whether the viewer is on the triangle's front side"""

    def take(self, rows: Bools | Ints) -> SurfaceHit:
        """Return some of the points, by a mask (n,) or by indices."""
        return SurfaceHit(
            self.mesh[rows],
            self.position[rows],
            self.flat_normal[rows],
            self.normal[rows],
            self.uv[rows],
            (self.edges[0][rows], self.edges[1][rows]),
            (self.uv_edges[0][rows], self.uv_edges[1][rows]),
            self.uv_per_m[rows],
            self.hit.take(rows),
            self.front[rows],
        )

    def interpolated(self, scene: Scene, values: Floats) -> Floats:
        """Interpolate vertex values, (vertices, k) float32, at the points: (n, k) float32."""
        a, b, c = np.moveaxis(values[scene.triangles[self.hit.triangle]], 1, 0)
        u, v = self.hit.u[:, None], self.hit.v[:, None]
        return np.asarray(a + u * (b - a) + v * (c - a), np.float32)

    def with_uvs(self, scene: Scene, uvs: Floats) -> SurfaceHit:
        """Return a copy that reads textures by other UVs, (vertices, 2) float32."""
        a, b, c = np.moveaxis(uvs[scene.triangles[self.hit.triangle]], 1, 0)
        ab, ac = b - a, c - a
        scale = np.sqrt(_twice_area(ab, ac) / np.maximum(_twice_area(*self.uv_edges), np.float32(1e-12)))
        uv = a + self.hit.u[:, None] * ab + self.hit.v[:, None] * ac
        return replace(self, uv=uv, uv_edges=(ab, ac), uv_per_m=self.uv_per_m * scale)


def interpolate(scene: Scene, hit: Hit, directions: Floats) -> SurfaceHit:
    """Interpolate position, normal and UV at hits.

    Normals are flipped towards the viewer.

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
    front = cosine < 0
    cosine = np.maximum(np.abs(cosine) / np.sqrt(row_dot(directions, directions)), np.float32(MIN_COSINE))
    return SurfaceHit(
        scene.mesh_of_triangle[hit.triangle],
        vertex[:, :3],
        flat,
        normal,
        vertex[:, 6:],
        (edge_ab, edge_ac),
        (uv_ab, uv_ac),
        np.sqrt(_twice_area(uv_ab, uv_ac) / twice_area / cosine),
        hit,
        front,
    )


def is_front(scene: Scene, hit: Hit, directions: Floats) -> Bools:
    """Return whether rays (n, 3) see the front side of the triangles that they hit, (n,) bool."""
    a, b, c = np.moveaxis(scene.positions[scene.triangles[hit.triangle]], 1, 0)
    front: Bools = row_dot(row_cross(b - a, c - a), directions) < 0
    return front


def _twice_area(ab: Floats, ac: Floats) -> Floats:
    """Twice the area of triangles with these edges in texture space, (n, 2) each: (n,)."""
    return np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0])
