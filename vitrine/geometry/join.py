"""Join the meshes of a model into one list of vertices, and split them again.

A simplifier that sees all meshes at once has one error measure for all materials and leaves no crack where
two of them meet, since vertices at one position move together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.gltf.model import Model


@dataclass(frozen=True, slots=True)
class JoinedMesh:
    """All vertices of a model in one list of n; an attribute that no mesh has is `None`."""

    positions: Floats
    """(n, 3) float32"""
    triangles: Indices
    """(m, 3) uint32"""
    normals: Floats | None
    """(n, 3) float32, zero where a mesh has none"""
    uvs: Floats | None
    """(n, 2) float32, zero where a mesh has none"""
    colors: Floats | None
    """(n, 4) float32, one where a mesh has none"""
    starts: Indices
    """(meshes + 1,) uint32 first vertex of each mesh, and n"""


def join(model: Model) -> JoinedMesh:
    """Join all meshes of a model, in their order; the arrays of a single mesh are not copied."""
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
    """Return the model with other triangles, (k, 3) uint32 into the joined vertices.

    Each mesh keeps all of its vertices; a mesh that no triangle is left of is dropped.
    """
    parts = split_triangles(joined, triangles)
    meshes = [
        replace(mesh, triangles=part) for mesh, part in zip(model.meshes, parts, strict=True) if len(part)
    ]
    return replace(model, meshes=tuple(meshes))


def split_triangles(joined: JoinedMesh, triangles: Indices) -> list[Indices]:
    """Return triangles, (k, 3) uint32 into the joined vertices, as those of each mesh into its own."""
    if len(joined.starts) == 2:
        return [triangles]
    owner = np.searchsorted(joined.starts, triangles[:, 0], side="right") - 1
    return [triangles[owner == number] - start for number, start in enumerate(joined.starts[:-1])]
