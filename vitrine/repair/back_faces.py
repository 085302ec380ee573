"""Remove the second copy of a surface that is modelled from both sides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import Bools, Floats, Indices, row_cross, row_dot
from vitrine.geometry.weld import PositionRemap
from vitrine.gltf.model import Mesh

MIN_TWINS = 0.9
"""Share of triangles with a twin from which on a mesh counts as modelled from both sides."""
MIN_TRIANGLES_A_VERTEX = 3
"""A closed surface has two triangles for each position, one with twins has four."""


def remove_back_faces(mesh: Mesh, remap: PositionRemap) -> tuple[Mesh, int]:
    """Return a copy with one of each two triangles with equal corners and opposite windings, and the count.

    Exporters write a double-sided material so. Both copies lie in one place, and simplification moves them
    through each other. Meshes in which few triangles have such a twin stay as they are: it may be the back of
    a thin sheet. Of a pair stays the one that the vertex normals agree with; the caller makes the material
    double-sided. `remap` is the mesh's own.
    """
    welded = remap.indices[mesh.triangles]
    if len(welded) < MIN_TRIANGLES_A_VERTEX * remap.count:
        return mesh, 0
    first, second = _twins(welded)
    if 2 * len(first) < MIN_TWINS * len(welded):
        return mesh, 0
    agrees = _agrees_with_normals(mesh)
    removed = np.where(agrees[first] >= agrees[second], second, first)
    keep = np.ones(len(welded), np.bool_)
    keep[removed] = False
    return replace(mesh, triangles=mesh.triangles[keep]), len(removed)


def _twins(triangles: Indices) -> tuple[Indices, Indices]:
    """Return the rows of triangles (m, 3) that differ in winding alone, the earlier one first."""
    corners = np.sort(triangles, axis=1)
    order = np.lexsort((corners[:, 2], corners[:, 1], corners[:, 0]))
    same = (corners[order][1:] == corners[order][:-1]).all(axis=1)
    # Of three equal ones, the last stays: it has no twin of its own.
    start = np.flatnonzero(same)
    start = start[np.concatenate([[True], np.diff(start) > 1])] if len(start) else start
    first, second = order[start], order[start + 1]
    opposite = _is_odd(triangles[first]) != _is_odd(triangles[second])
    first, second = first[opposite], second[opposite]
    return np.minimum(first, second), np.maximum(first, second)


def _is_odd(triangles: Indices) -> Bools:
    """Whether the corners are an odd permutation of their order by number."""
    a, b, c = triangles.T
    return np.asarray(((a > b) ^ (b > c) ^ (a > c)), np.bool_)


def _agrees_with_normals(mesh: Mesh) -> Floats:
    """Return the cosine-like agreement of each triangle with its vertex normals, (m,); 0 without normals."""
    if mesh.normals is None:
        return np.zeros(len(mesh.triangles), np.float32)
    a, b, c = (mesh.positions[mesh.triangles[:, corner]] for corner in range(3))
    facing = row_cross(b - a, c - a)
    return np.sign(row_dot(facing, mesh.normals[mesh.triangles].sum(axis=1)))
