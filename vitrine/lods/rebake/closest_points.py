"""Find the surface point of the source that each point of a coarse surface stands for."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bools, Floats, Ints, row_cross, row_dot, row_unit
from vitrine.render.metrics.surface_distance import sample_by_area
from vitrine.render.rays.intersect import Hit, intersect
from vitrine.render.scene import Scene
from vitrine.threads import map_slices, scipy_module

MAX_INTERSECTIONS = 4
"""A ray passes at most this many surfaces that face the other way."""
SAMPLES = 200_000
"""Points on the source's surface, for coarse points whose rays find nothing."""
NEIGHBOURS = 8
"""Nearest samples among which one that faces the right way is chosen."""
RAY_OFFSET = 1e-5
"""Rays start this far behind their point, relative to the diagonal: most points lie on the surface itself."""


def closest_surface_points(source: Scene, points: Floats, normals: Floats, search_m: float) -> Hit:
    """Return the point on `source` that each point stands for, as n hits.

    `points` and unit `normals` are (n, 3) float32. From each point a ray goes along the normal and one
    against it; the nearer hit within `search_m` metres counts. Surfaces that face away from the normal are
    other sides of the model, and are passed. Without a hit, the nearest sampled surface point that faces the
    same way is taken, or the nearest of all when none does. The distances of the hits mean nothing.
    """

    def search(part: slice) -> Hit:
        directions = (normals[part], -normals[part])
        out, back = (_along(source, points[part], way, normals[part], search_m) for way in directions)
        nearer = back.distance < out.distance
        return Hit(*(np.where(nearer, getattr(back, name), getattr(out, name)) for name in Hit.__slots__))

    parts = map_slices(search, len(points))
    hit = Hit(*(np.concatenate([getattr(part, name) for part in parts]) for name in Hit.__slots__))
    missed = np.nonzero(~hit.mask)[0]
    if len(missed):
        nearest = _nearest_samples(source, points[missed], normals[missed])
        for name in ("triangle", "u", "v"):
            getattr(hit, name)[missed] = getattr(nearest, name)
    return hit


def _along(source: Scene, points: Floats, directions: Floats, normals: Floats, search_m: float) -> Hit:
    """Return the first surface along each ray that faces as its normal does; -1 where there is none."""
    count, offset = len(points), np.float32(RAY_OFFSET * source.diagonal_m)
    triangle = np.full(count, -1, np.int32)
    u, v = np.zeros(count, np.float32), np.zeros(count, np.float32)
    distance: Floats = np.full(count, np.inf, np.float32)
    rays = np.arange(count)
    start: Floats = np.full(count, -offset, np.float32)
    for _ in range(MAX_INTERSECTIONS):
        hit = intersect(source, points[rays] + directions[rays] * start[:, None], directions[rays])
        reached = start + hit.distance
        near = hit.mask & (reached <= search_m)
        rays, hit, reached = rays[near], hit.take(near), reached[near]
        same_side = row_dot(_face_normals(source, hit.triangle), normals[rays]) > 0
        found = rays[same_side]
        triangle[found], u[found], v[found] = hit.triangle[same_side], hit.u[same_side], hit.v[same_side]
        distance[found] = np.abs(reached[same_side])
        rays, start = rays[~same_side], reached[~same_side] + offset
        if not len(rays):
            break
    return Hit(triangle, u, v, distance)


def _nearest_samples(source: Scene, points: Floats, normals: Floats) -> Hit:
    """Return the nearest sample, of a few, that faces as each normal does; the nearest where none does."""
    samples, hits = _surface_samples(source)
    _, near = scipy_module("spatial").cKDTree(samples).query(points, k=min(NEIGHBOURS, len(samples)))
    near = near.reshape(len(points), -1)
    facing: Bools = np.einsum("ijk,ik->ij", _face_normals(source, hits.triangle[near]), normals) > 0
    best = near[np.arange(len(points)), facing.argmax(axis=1)]
    return hits.take(best)


def _surface_samples(source: Scene) -> tuple[Floats, Hit]:
    """Return points spread over the surface by area, (SAMPLES, 3), the same each time, and their hits."""
    triangle, u, v = sample_by_area(source, 0, SAMPLES)
    triangle, u, v = triangle.astype(np.int32), u.astype(np.float32), v.astype(np.float32)
    a, b, c = np.moveaxis(source.positions[source.triangles[triangle]], 1, 0)
    points = a + u[:, None] * (b - a) + v[:, None] * (c - a)
    return points, Hit(triangle, u, v, np.zeros(SAMPLES, np.float32))


def _face_normals(source: Scene, triangles: Ints) -> Floats:
    """Return unit normals, (…, 3), of triangles, (…,), by their winding."""
    a, b, c = (source.positions[source.triangles[triangles, corner]].reshape(-1, 3) for corner in range(3))
    return row_unit(row_cross(b - a, c - a)).reshape(*triangles.shape, 3)
