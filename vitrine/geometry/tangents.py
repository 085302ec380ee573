"""Compute tangents for normal maps where a file has none.

Without them every viewer computes its own and no two agree; the Khronos validator warns of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices, row_dot
from vitrine.geometry.normals import MIN_SQUARED_LENGTH, UNIT_TOLERANCE, sum_at_vertices
from vitrine.geometry.vertices import take_vertices
from vitrine.gltf.model import Mesh


def add_tangents(mesh: Mesh) -> Mesh:
    """Return a copy with tangents; the mesh itself when it has them, or lacks UVs or normals.

    Tangents are computed anew where one has no length, or no sign (exporters write zeros for unknown ones).
    Tangents of another length than 1, or signs other than 1 and -1, are scaled.

    A tangent is the direction in which u grows, (n, 4) float32 with the bitangent's sign as glTF 2.0 section
    3.7.2.1 defines it: averaged over the triangles around the vertex by area, and made perpendicular to the
    normal. A vertex between a triangle with mirrored UVs and one without is split into two, since their
    bitangents have opposite signs.
    """
    if mesh.tangents is not None and _are_known(mesh.tangents):
        return _with_unit_tangents(mesh, mesh.tangents)
    if mesh.uvs is None or mesh.normals is None:
        return mesh
    directions, mirrored = _u_directions(mesh)
    mesh = _split_mirrored(mesh, mirrored)
    assert mesh.normals is not None
    count = len(mesh.positions)
    summed = sum_at_vertices(directions, mesh.triangles, count)
    normals = mesh.normals.astype(np.float64)
    flat = summed - normals * row_dot(summed, normals)[:, None]
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    tangents = np.where(length > 1e-20, flat / np.where(length > 0, length, 1), _any_perpendicular(normals))
    sign = np.ones(count)
    sign[mesh.triangles[mirrored].reshape(-1)] = -1
    return replace(mesh, tangents=np.column_stack([tangents, sign]).astype(np.float32))


def _are_known(tangents: Floats) -> bool:
    """Whether (n, 4) tangents all have a direction and a sign."""
    squared = (tangents[:, :3].astype(np.float64) ** 2).sum(axis=1)
    return bool((squared > MIN_SQUARED_LENGTH).all() and (tangents[:, 3] != 0).all())


def _with_unit_tangents(mesh: Mesh, tangents: Floats) -> Mesh:
    """Return a copy whose (n, 4) tangents have length 1 and a sign of 1 or -1; the mesh itself if so."""
    squared = (tangents[:, :3].astype(np.float64) ** 2).sum(axis=1)
    signs = np.sign(tangents[:, 3])
    if (np.abs(squared - 1) <= 2 * UNIT_TOLERANCE).all() and (tangents[:, 3] == signs).all():
        return mesh
    directions = tangents[:, :3] / np.sqrt(squared)[:, None]
    return replace(mesh, tangents=np.column_stack([directions, signs]).astype(np.float32))


def _u_directions(mesh: Mesh) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return each triangle's direction of growing u, (m, 3), and whether its UVs are mirrored, (m,)."""
    assert mesh.uvs is not None
    a, b, c = (mesh.positions[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    ua, ub, uc = (mesh.uvs[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    (u1, v1), (u2, v2) = (ub - ua).T, (uc - ua).T
    signed_area = u1 * v2 - u2 * v1
    along = (b - a) * v2[:, None] - (c - a) * v1[:, None]
    # v grows downwards in glTF: counterclockwise in space is clockwise, a negative area, in the texture.
    return np.asarray(along * np.sign(signed_area)[:, None]), np.asarray(signed_area > 0)


def _split_mirrored(mesh: Mesh, mirrored: npt.NDArray[np.bool_]) -> Mesh:
    """Give triangles with mirrored UVs their own copies of the vertices that they share with others."""
    count = len(mesh.positions)
    used = [np.zeros(count, np.bool_) for _ in range(2)]
    used[0][mesh.triangles[~mirrored]] = True
    used[1][mesh.triangles[mirrored]] = True
    both = np.flatnonzero(used[0] & used[1])
    if not len(both):
        return mesh
    copy: Indices = np.arange(count, dtype=np.uint32)
    copy[both] = count + np.arange(len(both), dtype=np.uint32)
    triangles = mesh.triangles.copy()
    triangles[mirrored] = copy[triangles[mirrored]]
    vertices = np.concatenate([np.arange(count), both]).astype(np.uint32)
    return replace(take_vertices(mesh, vertices), triangles=triangles)


def _any_perpendicular(normals: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return a unit vector perpendicular to each row of (n, 3)."""
    axis = np.where(np.abs(normals[:, :1]) < 0.9, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    side = np.cross(normals, axis)
    length = np.linalg.norm(side, axis=1, keepdims=True)
    return np.asarray(side / np.where(length > 0, length, 1))
