"""Vertex normals, where a file's own are missing or broken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices, row_dot
from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Mesh

UNIT_TOLERANCE = 0.005
"""How far a normal's length may be from 1; the Khronos validator allows a little more."""


def fix_normals(mesh: Mesh) -> tuple[Mesh, int]:
    """A copy whose normals all have length one, and how many had to be made anew.

    A normal that is merely too long or too short is scaled; one without a direction is computed from the
    triangles around its place. A mesh without normals gets them: web viewers would shade it flat.
    """
    if mesh.normals is None:
        return replace(mesh, normals=vertex_normals(mesh)), len(mesh.positions)
    squared = row_dot(mesh.normals, mesh.normals)
    off = ~(np.abs(squared - 1) <= 2 * UNIT_TOLERANCE)  # catches NaN, too
    if not bool(off.any()):
        return mesh, 0
    broken = np.flatnonzero(~(squared > 1e-12))
    normals = mesh.normals.copy()
    normals[off] /= np.sqrt(np.where(squared[off] > 1e-12, squared[off], 1))[:, None]
    if len(broken):
        normals[broken] = vertex_normals(mesh)[broken]
    return replace(mesh, normals=normals), len(broken)


def vertex_normals(mesh: Mesh) -> Floats:
    """(n, 3) float32: mean of the faces around each place, weighted by area; +Y without a face."""
    places, count = weld_positions(mesh.positions)
    summed = sum_at_vertices(
        area_weighted_normals(mesh.positions, mesh.triangles), places[mesh.triangles], count
    )
    length = np.linalg.norm(summed, axis=1, keepdims=True)
    unit = np.where(length > 0, summed / np.where(length > 0, length, 1), (0.0, 1.0, 0.0))
    return unit[places].astype(np.float32)


def area_weighted_normals(positions: Floats, triangles: Indices) -> npt.NDArray[np.float64]:
    """(m, 3): normal of each triangle, as long as twice its area."""
    a, b, c = (positions[triangles[:, corner]].astype(np.float64) for corner in range(3))
    return np.cross(b - a, c - a)


def sum_at_vertices(values: npt.NDArray[np.float64], corners: Indices, count: int) -> npt.NDArray[np.float64]:
    """(count, k): each triangle's value added to its three corners."""
    flat = corners.T.reshape(-1)
    columns = [
        np.bincount(flat, np.tile(values[:, column], 3), minlength=count) for column in range(values.shape[1])
    ]
    return np.stack(columns, axis=1)
