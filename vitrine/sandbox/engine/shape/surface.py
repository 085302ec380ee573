"""Raising the silhouette's mesh on both sides to a closed surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from vitrine.sandbox.engine.arrays import Floats, Ints
from vitrine.sandbox.engine.shape.heightfields import Heightfields
from vitrine.sandbox.engine.shape.mesh_silhouette import SilhouetteMesh

SIDE_BAND = 5.0  # cells: nodes within this distance of the contour move outwards
BACK = 0.85  # depth of the back relative to the front


@dataclass(frozen=True, slots=True)
class Surface:
    """A closed triangle mesh in photo pixels: x right, y up (so y is negative), z towards the viewer."""

    points: Floats
    """(n, 3) float32"""
    triangles: Ints
    """(m, 3) int64, counter-clockwise seen from outside"""


def build_surface(fields: Heightfields, silhouette: SilhouetteMesh) -> Surface:
    """Raise `silhouette` to a front and a back that share the contour points at z = 0.

    The section meets the contour as steeply as a circle, so a regular grid would have one step only along the
    side. Nodes at a distance d within `SIDE_BAND` cells therefore move to d²/`SIDE_BAND`: equal steps between
    nodes then are equal steps in z.
    """
    nx = fields.level_set.shape[1]
    rows, columns = np.divmod(silhouette.nodes, nx)
    flat = np.stack([columns, rows], axis=-1).astype(np.float32)
    depth = ndimage.distance_transform_edt(fields.level_set > 0).astype(np.float32)
    local_depth = ndimage.maximum_filter(depth, size=2 * int(SIDE_BAND) + 1)
    band = np.minimum(SIDE_BAND, local_depth).ravel()[silhouette.nodes]
    near = np.flatnonzero(depth.ravel()[silhouette.nodes] <= SIDE_BAND + 1)
    distance, nearest = cKDTree(silhouette.contour).query(flat[near])
    ratio = np.clip(distance / np.maximum(band[near], 1), 0.02, 1).astype(np.float32)
    to = silhouette.contour[nearest]
    flat[near] = to + (flat[near] - to) * ratio[:, None]
    squared = fields.squared_thickness.ravel()[silhouette.nodes]
    squared[near] *= ratio
    sx, sy = fields.spacing_px
    half = np.sqrt(squared) * np.float32(np.sqrt(sx * sy))
    half = limit_thickness(half, fields.max_thickness_px)
    relief_weight = np.minimum(half / (0.12 * fields.max_thickness_px), 1)
    front = half + relief_weight * np.maximum(fields.front_relief.ravel()[silhouette.nodes], -0.7 * half)
    back_relief = np.maximum(fields.back_relief.ravel()[silhouette.nodes], -0.5 * half)
    back = BACK * half + relief_weight * back_relief
    zero = np.zeros(len(silhouette.contour), np.float32)
    xy = np.concatenate([flat, silhouette.contour, flat])
    z = np.concatenate([front, zero, -back])
    n, m = len(flat), len(silhouette.contour)
    behind = np.where(silhouette.triangles < n, silhouette.triangles + n + m, silhouette.triangles)
    points = np.stack([(xy[:, 0] + 0.5) * sx, -(xy[:, 1] + 0.5) * sy, z], axis=-1)
    triangles = np.concatenate([silhouette.triangles, behind[:, ::-1]])
    return Surface(points.astype(np.float32), triangles)


def limit_thickness(half: Floats, limit_px: float) -> Floats:
    """Limit half-thicknesses (any shape, pixels) smoothly to `limit_px`: thin parts keep theirs."""
    limited: Floats = half / (1 + (half / limit_px) ** 3) ** (1 / 3)
    return limited


def vertex_normals(surface: Surface) -> Floats:
    """Unit normals (n, 3) float32: the sum of the adjacent triangles' normals, weighted by area."""
    a, b, c = (surface.points[surface.triangles[:, k]] for k in range(3))
    cross = np.cross(b - a, c - a)
    corner = surface.triangles.ravel()
    total = np.stack(
        [np.bincount(corner, np.repeat(cross[:, k], 3), len(surface.points)) for k in range(3)], axis=-1
    )
    length = np.linalg.norm(total, axis=-1, keepdims=True)
    unit = np.where(length > 1e-12, total / np.maximum(length, 1e-12), (0.0, 0.0, 1.0))
    return unit.astype(np.float32)
