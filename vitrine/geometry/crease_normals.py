"""Compute normals that are smooth over a surface and break at its creases."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices, row_dot
from vitrine.compiled import kernels
from vitrine.geometry.normals import area_weighted_normals, sum_at_vertices, unit_or_up
from vitrine.gltf.model import Mesh

CREASE_DEG = 75.0
"""Two triangles whose normals differ by more have a crease between them. The angle is wide, since triangles
of a coarse level meet at wide angles where the source is round; the normal map holds what lies between."""


def to_creased_normals(positions: Floats, triangles: Indices, *, crease_deg: float = CREASE_DEG) -> Mesh:
    """Return a mesh whose vertices are split along creases, as `toCreasedNormals` of three.js does.

    `positions` is (n, 3) float32, welded; `triangles` is (m, 3) uint32. Corners at a position become one
    vertex when triangles connect them across edges that are no crease. Its normal is the mean of those
    triangles' normals, weighted by area.
    """
    faces = area_weighted_normals(positions, triangles)
    length = np.linalg.norm(faces, axis=1, keepdims=True)
    unit = faces / np.where(length > 0, length, 1)
    vertices, count = _split_corners(triangles, unit, float(np.cos(np.radians(crease_deg))))
    normals = unit_or_up(sum_at_vertices(faces, vertices, count))
    source = np.empty(count, np.uint32)
    source[vertices] = triangles
    return Mesh(positions[source], vertices, normals.astype(np.float32))


def _split_corners(
    triangles: Indices, normals: npt.NDArray[np.float64], min_cosine: float
) -> tuple[Indices, int]:
    """Return the new vertex of each corner, (m, 3) uint32, and how many vertices there are.

    `normals` is (m, 3), unit or zero; an edge is smooth when its triangles' normals have `min_cosine`.
    """
    faces = len(triangles)
    corner = np.arange(3 * faces).reshape(faces, 3)
    corners = np.stack([corner, np.roll(corner, -1, axis=1)], axis=-1).reshape(-1, 2)
    descending = (triangles > np.roll(triangles, -1, axis=1)).reshape(-1)
    corners[descending] = corners[descending][:, ::-1]
    order, first = kernels.sort_half_edges(triangles, int(triangles.max(initial=0)) + 1)
    # Half-edges of one edge are neighbours in this order; of three or more, each is joined to the next.
    later = np.delete(np.arange(len(order)), first)
    one, other = corners[order[later - 1]], corners[order[later]]
    smooth = row_dot(normals[one[:, 0] // 3], normals[other[:, 0] // 3]) >= min_cosine
    one, other = one[smooth].reshape(-1), other[smooth].reshape(-1)
    label, count = kernels.connected_components(3 * faces, one, other)
    return label.reshape(faces, 3).astype(np.uint32), count
