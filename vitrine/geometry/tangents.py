"""Tangents for normal maps, where a file brings none.

Left out, every viewer makes its own and no two agree; the Khronos validator warns of it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Indices, row_dot
from vitrine.geometry.normals import sum_at_vertices
from vitrine.geometry.weld import take_vertices
from vitrine.gltf.model import Mesh


def add_tangents(mesh: Mesh) -> Mesh:
    """A copy with tangents from its UVs and normals; the mesh itself when it has them or cannot have them.

    The direction of growing u, weighted by area, made perpendicular to the normal. A vertex between a
    mirrored and a plain triangle is split in two, as its bitangents point opposite ways.
    """
    if mesh.uvs is None or mesh.normals is None or mesh.tangents is not None:
        return mesh
    along, mirrored = _directions(mesh)
    mesh = _split(mesh, mirrored)
    assert mesh.normals is not None
    count = len(mesh.positions)
    summed = sum_at_vertices(along, mesh.triangles, count)
    normals = mesh.normals.astype(np.float64)
    flat = summed - normals * row_dot(summed, normals)[:, None]
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    tangents = np.where(length > 1e-20, flat / np.where(length > 0, length, 1), _any_perpendicular(normals))
    sign = np.ones(count)
    sign[mesh.triangles[mirrored].reshape(-1)] = -1
    return replace(mesh, tangents=np.column_stack([tangents, sign]).astype(np.float32))


def _directions(mesh: Mesh) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """(m, 3) the direction of growing u over each triangle, and (m,) whether its UVs are mirrored."""
    assert mesh.uvs is not None
    a, b, c = (mesh.positions[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    ua, ub, uc = (mesh.uvs[mesh.triangles[:, k]].astype(np.float64) for k in range(3))
    (u1, v1), (u2, v2) = (ub - ua).T, (uc - ua).T
    turn = u1 * v2 - u2 * v1
    along = (b - a) * v2[:, None] - (c - a) * v1[:, None]
    # v grows downwards in glTF: what turns left in space turns right in the picture.
    return np.asarray(along * np.sign(turn)[:, None]), np.asarray(turn > 0)


def _split(mesh: Mesh, mirrored: npt.NDArray[np.bool_]) -> Mesh:
    count = len(mesh.positions)
    used = [np.zeros(count, np.bool_) for _ in range(2)]
    used[0][mesh.triangles[~mirrored]] = True
    used[1][mesh.triangles[mirrored]] = True
    both = np.flatnonzero(used[0] & used[1])
    if not len(both):
        return mesh
    twin: Indices = np.arange(count, dtype=np.uint32)
    twin[both] = count + np.arange(len(both), dtype=np.uint32)
    triangles = mesh.triangles.copy()
    triangles[mirrored] = twin[triangles[mirrored]]
    order = np.concatenate([np.arange(count), both]).astype(np.uint32)
    return replace(take_vertices(mesh, order), triangles=triangles)


def _any_perpendicular(normals: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    axis = np.where(np.abs(normals[:, :1]) < 0.9, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    side = np.cross(normals, axis)
    length = np.linalg.norm(side, axis=1, keepdims=True)
    return np.asarray(side / np.where(length > 0, length, 1))
