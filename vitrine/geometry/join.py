"""Several meshes as one list of vertices, and back.

The simplifier sees the whole model at once this way: one error measure for all materials, and no crack where
two of them meet, since vertices in one place move together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.geometry.weld import take_vertices
from vitrine.gltf.model import Mesh, Model


@dataclass(frozen=True, slots=True)
class JoinedMesh:
    """All vertices of a model in one row; an attribute that no mesh has is `None`."""

    positions: Floats
    triangles: Indices
    """(m, 3)"""
    normals: Floats | None
    uvs: Floats | None
    colors: Floats | None
    starts: Indices
    """(meshes + 1,) where each mesh's vertices begin, and their end"""


def join(model: Model) -> JoinedMesh:
    """Arrays of one mesh are handed through without a copy."""
    if len(model.meshes) == 1:
        mesh = model.meshes[0]
        starts = np.array([0, len(mesh.positions)], np.uint32)
        return JoinedMesh(mesh.positions, mesh.triangles, mesh.normals, mesh.uvs, mesh.colors, starts)
    starts = np.cumsum([0] + [len(mesh.positions) for mesh in model.meshes]).astype(np.uint32)
    triangles = [mesh.triangles + start for mesh, start in zip(model.meshes, starts, strict=False)]
    return JoinedMesh(
        np.concatenate([mesh.positions for mesh in model.meshes]),
        np.concatenate(triangles),
        _stacked([mesh.normals for mesh in model.meshes], model, (0, 0, 0)),
        _stacked([mesh.uvs for mesh in model.meshes], model, (0, 0)),
        _stacked([mesh.colors for mesh in model.meshes], model, (1, 1, 1, 1)),
        starts,
    )


def _stacked(columns: list[Floats | None], model: Model, default: tuple[int, ...]) -> Floats | None:
    if all(column is None for column in columns):
        return None
    rows = [
        np.broadcast_to(np.array(default, np.float32), (len(mesh.positions), len(default)))
        if column is None
        else column
        for column, mesh in zip(columns, model.meshes, strict=True)
    ]
    return np.concatenate(rows)


def split(model: Model, joined: JoinedMesh, triangles: Indices) -> Model:
    """The model with these of the joined vertices' triangles; a mesh left without any is gone."""
    if len(model.meshes) == 1:
        meshes = [replace(model.meshes[0], triangles=triangles)]
    else:
        owner = np.searchsorted(joined.starts, triangles[:, 0], side="right") - 1
        meshes = [
            replace(mesh, triangles=triangles[owner == number] - joined.starts[number])
            for number, mesh in enumerate(model.meshes)
        ]
    return replace(model, meshes=tuple(mesh for mesh in meshes if len(mesh.triangles)))


def remove_unreferenced_vertices(mesh: Mesh) -> Mesh:
    """A copy without the vertices that no triangle uses."""
    used = np.zeros(len(mesh.positions), np.bool_)
    used[mesh.triangles] = True
    if bool(used.all()):
        return mesh
    number = np.cumsum(used, dtype=np.uint32) - np.uint32(1)
    kept = take_vertices(mesh, np.flatnonzero(used).astype(np.uint32))
    return replace(kept, triangles=number[mesh.triangles])
