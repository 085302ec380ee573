"""Compute vertex normals where a file has none or broken ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices
from vitrine.compiled import kernels
from vitrine.geometry.weld import PositionRemap, weld_positions
from vitrine.gltf.model import Mesh

UNIT_TOLERANCE = 0.005
"""How far a normal's length may be from 1. The Khronos validator accepts a little more."""
MIN_SQUARED_LENGTH = 1e-12
"""A shorter normal, squared, has no direction."""


def fix_normals(mesh: Mesh, remap: PositionRemap | None = None) -> tuple[Mesh, int]:
    """Return a copy whose normals all have length 1, and how many were computed anew.

    A normal that is merely too long or too short is scaled. One without a direction is computed by
    `vertex_normals`, and so are all of them when the mesh has none: web viewers would shade it flat.
    """
    if mesh.normals is None:
        return replace(mesh, normals=vertex_normals(mesh, remap)), len(mesh.positions)
    squared = (mesh.normals.astype(np.float64) ** 2).sum(axis=1)  # in float32, lengths of 1e20 overflow
    off = ~(np.abs(squared - 1) <= 2 * UNIT_TOLERANCE)  # true for NaN as well
    if not bool(off.any()):
        return mesh, 0
    broken = np.flatnonzero(~(squared > MIN_SQUARED_LENGTH))
    normals = mesh.normals.copy()
    normals[off] /= np.sqrt(np.where(squared[off] > MIN_SQUARED_LENGTH, squared[off], 1))[:, None]
    if len(broken):
        normals[broken] = vertex_normals(mesh, remap)[broken]
    return replace(mesh, normals=normals), len(broken)


def vertex_normals(mesh: Mesh, remap: PositionRemap | None = None) -> Floats:
    """Return the mean normal of the triangles around each vertex, weighted by area, (n, 3) float32.

    Vertices that share a position share the normal, so that no seam shows. A vertex without a triangle that
    has an area gets +Y. `remap` is the mesh's own, where it is known.
    """
    remap = remap or weld_positions(mesh.positions)
    faces = area_weighted_normals(mesh.positions, mesh.triangles)
    summed = sum_at_vertices(faces, remap.indices[mesh.triangles], remap.count)
    return unit_or_up(summed)[remap.indices].astype(np.float32)


def area_weighted_normals(positions: Floats, triangles: Indices) -> npt.NDArray[np.float64]:
    """Return the normal of each triangle times twice its area, (m, 3) float64: a cross product.

    `positions` is (n, 3) float32, `triangles` (m, 3) uint32.
    """
    return kernels.face_normals(positions, triangles)


def sum_at_vertices(
    values: npt.NDArray[np.float64], triangles: Indices, count: int
) -> npt.NDArray[np.float64]:
    """Add each triangle's value to its three vertices.

    `values` is (m, k) float64, `triangles` (m, 3) uint32 below `count`; returns (count, k) float64.
    """
    return kernels.sum_at_vertices(values, triangles, count)


def unit_or_up(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Scale each row of (n, 3) float64 to length 1; a zero row becomes +Y."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(length > 0, vectors / np.where(length > 0, length, 1), (0.0, 1.0, 0.0))
