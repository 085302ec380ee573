"""The flat mesh raised on both sides to a closed surface."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from vitrine.sandbox.engine.arrays import Floats, Ints
from vitrine.sandbox.engine.shape.outline import Outline
from vitrine.sandbox.engine.shape.shape import Shape

RIM = 5.0  # cells: within this distance of the outline, nodes move outwards
BACK = 0.85  # the back bulges a little less than the front


@dataclass(frozen=True, slots=True)
class Surface:
    """A closed triangle mesh. x right, y up (so negative), z towards the viewer; photo pixels."""

    points: Floats
    """(n, 3) float32"""
    triangles: Ints
    """(m, 3), counter-clockwise from outside"""


def build_surface(shape: Shape, outline: Outline) -> Surface:
    """Front and back sheets over `outline`, sharing its contour points at z = 0: closed by construction.

    The section meets the outline like a circle, steeply, so a regular grid would give the rim one step
    only. Nodes within `RIM` cells of it therefore move outwards, from distance d to d²/RIM: then equal
    steps between nodes are equal steps in z.
    """
    nx = shape.level.shape[1]
    rows, columns = np.divmod(outline.nodes, nx)
    flat = np.stack([columns, rows], axis=-1).astype(np.float32)
    depth = ndimage.distance_transform_edt(shape.level > 0).astype(np.float32)
    reach = np.minimum(RIM, ndimage.maximum_filter(depth, size=2 * int(RIM) + 1)).ravel()[outline.nodes]
    near = np.flatnonzero(depth.ravel()[outline.nodes] <= RIM + 1)
    distance, nearest = cKDTree(outline.contour).query(flat[near])
    ratio = np.clip(distance / np.maximum(reach[near], 1), 0.02, 1).astype(np.float32)
    to = outline.contour[nearest]
    flat[near] = to + (flat[near] - to) * ratio[:, None]
    squared = shape.squared.ravel()[outline.nodes]
    squared[near] *= ratio
    sx, sy = shape.spacing_px
    half = np.sqrt(squared) * np.float32(np.sqrt(sx * sy))
    half = flattened(half, shape.limit_px)
    calm = np.minimum(half / (0.12 * shape.limit_px), 1)
    front = half + calm * np.maximum(shape.front_relief.ravel()[outline.nodes], -0.7 * half)
    back = BACK * half + calm * np.maximum(shape.back_relief.ravel()[outline.nodes], -0.5 * half)
    zero = np.zeros(len(outline.contour), np.float32)
    all_flat = np.concatenate([flat, outline.contour, flat])
    z = np.concatenate([front, zero, -back])
    n, m = len(flat), len(outline.contour)
    behind = np.where(outline.triangles < n, outline.triangles + n + m, outline.triangles)
    points = np.stack([(all_flat[:, 0] + 0.5) * sx, -(all_flat[:, 1] + 0.5) * sy, z], axis=-1)
    triangles = np.concatenate([outline.triangles, behind[:, ::-1]])
    return Surface(points.astype(np.float32), triangles)


def flattened(half: Floats, limit_px: float) -> Floats:
    """Half-thickness with a soft ceiling: what is thin stays as it is, what is wide becomes flat on top."""
    flat: Floats = half / (1 + (half / limit_px) ** 3) ** (1 / 3)
    return flat


def vertex_normals(surface: Surface) -> Floats:
    """(n, 3) float32 unit normals: the sum of the normals of the triangles around, weighted by area."""
    a, b, c = (surface.points[surface.triangles[:, k]] for k in range(3))
    cross = np.cross(b - a, c - a)
    corner = surface.triangles.ravel()
    total = np.stack(
        [np.bincount(corner, np.repeat(cross[:, k], 3), len(surface.points)) for k in range(3)], axis=-1
    )
    length = np.linalg.norm(total, axis=-1, keepdims=True)
    unit = np.where(length > 1e-12, total / np.maximum(length, 1e-12), (0.0, 0.0, 1.0))
    return unit.astype(np.float32)
