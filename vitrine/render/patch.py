"""The bit of triangle that a ray met: where it is, which way it faces, where on the textures it lies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.render.arrays import Flags, Floats, Numbers
from vitrine.render.raycast import Hit
from vitrine.render.scene import Scene


def dot(a: Floats, b: Floats) -> Floats:
    """Row by row, (n,)."""
    products: Floats = np.einsum("ij,ij->i", a, b)
    return products


def unit(vectors: Floats) -> Floats:
    """Rows at length 1; rows of length 0 stay."""
    return vectors / np.maximum(np.sqrt(dot(vectors, vectors)), np.float32(1e-30))[:, None]


@dataclass(frozen=True, slots=True)
class Patch:
    """n places on a model."""

    surface: Numbers
    """(n,) index into `Scene.surfaces`"""
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

    def take(self, where: Flags) -> Patch:
        """Some of the places."""
        return Patch(
            self.surface[where],
            self.position[where],
            self.flat_normal[where],
            self.normal[where],
            self.uv[where],
            (self.edges[0][where], self.edges[1][where]),
            (self.uv_edges[0][where], self.uv_edges[1][where]),
            self.uv_per_m[where],
        )


def locate(scene: Scene, hit: Hit, directions: Floats) -> Patch:
    """The places of hits that all met something, seen along `directions` (n, 3).

    Normals face the viewer: generated models have flipped windings in places, and a black patch helps nobody.
    """
    corner = scene.triangles[hit.triangle]
    a, b, c = (scene.positions[corner[:, i]] for i in range(3))
    u, v = hit.u[:, None], hit.v[:, None]
    w = 1 - u - v
    ab, ac = b - a, c - a
    cross = np.cross(ab, ac).astype(np.float32)
    twice_area = np.maximum(np.sqrt(dot(cross, cross)), np.float32(1e-30))
    flat = cross / twice_area[:, None]
    flat = np.where((dot(flat, directions) > 0)[:, None], -flat, flat)
    normal = w * scene.normals[corner[:, 0]]
    normal += u * scene.normals[corner[:, 1]]
    normal += v * scene.normals[corner[:, 2]]
    smooth = dot(normal, normal) > 0.01
    normal = np.where(smooth[:, None], unit(normal), flat)
    normal = np.where((dot(normal, flat) < 0)[:, None], -normal, normal)

    ta, tb, tc = (scene.uvs[corner[:, i]] for i in range(3))
    uv_ab, uv_ac = tb - ta, tc - ta
    twice_uv = np.abs(uv_ab[:, 0] * uv_ac[:, 1] - uv_ab[:, 1] * uv_ac[:, 0])
    slant = np.abs(dot(flat, directions)) / np.sqrt(dot(directions, directions))
    uv_per_m = np.sqrt(twice_uv / twice_area / np.maximum(slant, np.float32(0.15)))
    return Patch(
        scene.surface_of[hit.triangle],
        a + u * ab + v * ac,
        flat,
        normal,
        ta + u * uv_ab + v * uv_ac,
        (ab, ac),
        (uv_ab, uv_ac),
        uv_per_m,
    )
