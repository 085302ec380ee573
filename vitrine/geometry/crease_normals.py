"""Normals that are smooth over a surface and break where it has an edge."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from vitrine.arrays import Floats, Indices, row_dot
from vitrine.geometry.normals import area_weighted_normals, sum_at_vertices
from vitrine.gltf.model import Mesh

CREASE_DEG = 75.0
"""Two faces that meet at more than this have an edge between them. Faces of a coarse level meet at wide
angles even where the source is round; what is an edge there, and what is not, the normal map knows better."""


def to_creased_normals(positions: Floats, triangles: Indices, *, crease_deg: float = CREASE_DEG) -> Mesh:
    """A mesh whose vertices are split along creases, each with the mean normal of its side, weighted by area.

    Corners around a place are one vertex when a walk from face to face leads from one to the other without
    crossing a crease.
    """
    faces = area_weighted_normals(positions, triangles)
    length = np.linalg.norm(faces, axis=1, keepdims=True)
    unit = faces / np.where(length > 0, length, 1)
    vertex, count = _smooth_corners(triangles, unit, float(np.cos(np.radians(crease_deg))))
    summed = sum_at_vertices(faces, vertex, count)
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    normals = np.where(length > 0, summed / np.where(length > 0, length, 1), (0.0, 1.0, 0.0))
    place = np.empty(count, np.uint32)
    place[vertex] = triangles
    return Mesh(positions[place], vertex, normals.astype(np.float32))


def _smooth_corners(triangles: Indices, unit: npt.NDArray[np.float64], least: float) -> tuple[Indices, int]:
    """(m, 3) the vertex of each corner, and how many there are."""
    faces = len(triangles)
    corner = np.arange(3 * faces).reshape(faces, 3)
    ends = np.stack([triangles, np.roll(triangles, -1, axis=1)], axis=-1).reshape(-1, 2).astype(np.int64)
    corners = np.stack([corner, np.roll(corner, -1, axis=1)], axis=-1).reshape(-1, 2)
    turned = ends[:, 0] > ends[:, 1]
    ends[turned], corners[turned] = ends[turned][:, ::-1], corners[turned][:, ::-1]
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    ends, corners = ends[order], corners[order]
    # Sides that lie on each other are neighbours in this order; of three or more, each joins the next.
    together = (ends[1:] == ends[:-1]).all(axis=1)
    one, other = corners[:-1][together], corners[1:][together]
    smooth = row_dot(unit[one[:, 0] // 3], unit[other[:, 0] // 3]) >= least
    one, other = one[smooth].reshape(-1), other[smooth].reshape(-1)
    links = coo_matrix((np.ones(len(one), np.bool_), (one, other)), (3 * faces, 3 * faces))
    count, label = connected_components(links, directed=False)
    return label.reshape(faces, 3).astype(np.uint32), int(count)
