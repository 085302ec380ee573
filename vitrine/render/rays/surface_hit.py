"""Interpolate vertices at the points where rays hit triangles."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vitrine.arrays import Bools, Floats, Ints, row_cross, row_dot
from vitrine.compiled import kernels
from vitrine.render.rays.intersect import Hit
from vitrine.render.scene import Scene


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
        own, other = (_twice_area(*self.edges(scene, values)) for values in (scene.vertices[:, 6:], uvs))
        scale = np.sqrt(other / np.maximum(own, np.float32(1e-12)))
        return replace(self, uv=self.interpolated(scene, uvs), uv_per_m=self.uv_per_m * scale)

    def edges(self, scene: Scene, values: Floats) -> tuple[Floats, Floats]:
        """Return how vertex values, (vertices, k), change along the edges ab and ac, (n, k) each."""
        a, b, c = np.moveaxis(values[scene.triangles[self.hit.triangle]], 1, 0)
        return b - a, c - a


def interpolate(scene: Scene, hit: Hit, directions: Floats) -> SurfaceHit:
    """Interpolate position, normal and UV at hits.

    Normals are flipped towards the viewer. Texture footprints at grazing angles are not stretched further
    than at a cosine of 0.15.

    Parameters
    ----------
    hit : Hit
        n hits, none of them a miss
    directions : (n, 3) float32
        Directions of the rays
    """
    mesh, position, flat_normal, normal, uv, uv_per_m, front = kernels.interpolate(
        scene.vertices, scene.triangles, scene.mesh_of_triangle, hit.triangle, hit.u, hit.v, directions
    )
    return SurfaceHit(mesh, position, flat_normal, normal, uv, uv_per_m, hit, front)


def is_front(scene: Scene, hit: Hit, directions: Floats) -> Bools:
    """Return whether rays (n, 3) see the front side of the triangles that they hit, (n,) bool."""
    a, b, c = np.moveaxis(scene.positions[scene.triangles[hit.triangle]], 1, 0)
    front: Bools = row_dot(row_cross(b - a, c - a), directions) < 0
    return front


def _twice_area(ab: Floats, ac: Floats) -> Floats:
    """Twice the area of triangles with these edges in texture space, (n, 2) each: (n,)."""
    return np.abs(ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0])
