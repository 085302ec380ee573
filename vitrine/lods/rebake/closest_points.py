"""From a place on a coarse surface to the place on the fine one that it stands for."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from vitrine.arrays import Bools, Floats, Ints, row_dot
from vitrine.render.metrics.surface_distance import sample_by_area
from vitrine.render.rays.intersect import Hit, intersect
from vitrine.render.rays.surface_hit import cross_rows, unit
from vitrine.render.scene import Scene
from vitrine.threads import map_slices

LAYERS = 4
"""Surfaces that face the other way, passed before a ray gives up."""
SAMPLES = 200_000
"""Points on the fine surface, for places that no ray leads away from."""
START = 1e-5
"""Rays start this far behind their place, in diagonals: most places lie on the fine surface itself."""


def closest_surface_points(fine: Scene, points: Floats, normals: Floats, reach_m: float) -> Hit:
    """Where on `fine` each point (n, 3) belongs: the nearer of what lies along its normal and against it.

    A surface that faces the other way is another side of the model, and is passed. Where nothing lies within
    `reach_m`, the nearest point that faces the same way is taken, and in want of one the nearest of all. The
    hits' distances say nothing.
    """

    def part(piece: slice) -> Hit:
        ways = (normals[piece], -normals[piece])
        out, back = (_along(fine, points[piece], way, normals[piece], reach_m) for way in ways)
        nearer = back.distance < out.distance
        return Hit(*(np.where(nearer, getattr(back, name), getattr(out, name)) for name in Hit.__slots__))

    parts = map_slices(part, len(points))
    hit = Hit(*(np.concatenate([getattr(part, name) for part in parts]) for name in Hit.__slots__))
    lost = np.nonzero(~hit.mask)[0]
    if len(lost):
        found = _nearest(fine, points[lost], normals[lost])
        for name in ("triangle", "u", "v"):
            getattr(hit, name)[lost] = getattr(found, name)
    return hit


def _along(fine: Scene, points: Floats, directions: Floats, normals: Floats, reach_m: float) -> Hit:
    """The first triangle on each ray within reach that faces as the normals do; -1 where there is none."""
    count, start = len(points), np.float32(START * fine.diagonal_m)
    triangle = np.full(count, -1, np.int32)
    u, v = np.zeros(count, np.float32), np.zeros(count, np.float32)
    distance: Floats = np.full(count, np.inf, np.float32)
    rays = np.arange(count)
    gone: Floats = np.full(count, -start, np.float32)
    for _ in range(LAYERS):
        hit = intersect(fine, points[rays] + directions[rays] * gone[:, None], directions[rays])
        away = gone + hit.distance
        near = hit.mask & (away <= reach_m)
        rays, hit, away = rays[near], hit.take(near), away[near]
        same = row_dot(_facing(fine, hit.triangle), normals[rays]) > 0
        right = rays[same]
        triangle[right], u[right], v[right] = hit.triangle[same], hit.u[same], hit.v[same]
        distance[right] = np.abs(away[same])
        rays, gone = rays[~same], away[~same] + start
        if not len(rays):
            break
    return Hit(triangle, u, v, distance)


def _nearest(fine: Scene, points: Floats, normals: Floats) -> Hit:
    samples, place = _samples(fine)
    _, near = cKDTree(samples).query(points, k=min(8, len(samples)))
    near = near.reshape(len(points), -1)
    facing: Bools = np.einsum("ijk,ik->ij", _facing(fine, place.triangle[near]), normals) > 0
    best = near[np.arange(len(points)), facing.argmax(axis=1)]
    return place.take(best)


def _samples(fine: Scene) -> tuple[Floats, Hit]:
    """Points spread over the surface by area, the same each time, and where they are."""
    triangle, u, v = sample_by_area(fine, 0, SAMPLES)
    triangle, u, v = triangle.astype(np.int32), u.astype(np.float32), v.astype(np.float32)
    a, b, c = np.moveaxis(fine.positions[fine.triangles[triangle]], 1, 0)
    points = a + u[:, None] * (b - a) + v[:, None] * (c - a)
    return points, Hit(triangle, u, v, np.zeros(SAMPLES, np.float32))


def _facing(fine: Scene, triangles: Ints) -> Floats:
    """Unit normals of triangles (…,) as they are wound, (…, 3)."""
    a, b, c = (fine.positions[fine.triangles[triangles, corner]].reshape(-1, 3) for corner in range(3))
    return unit(cross_rows(b - a, c - a)).reshape(*triangles.shape, 3)
