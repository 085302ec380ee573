"""Select vertices of a mesh with all of their attributes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import Bools, Floats, Indices
from vitrine.gltf.model import Mesh


def take_vertices(mesh: Mesh, vertices: Indices) -> Mesh:
    """Return a copy with the vertices at `vertices`, (k,) uint32, in that order.

    The triangles stay as they are: the caller renumbers them.
    """

    def taken(values: Floats | None) -> Floats | None:
        return None if values is None else values[vertices]

    return replace(
        mesh,
        positions=mesh.positions[vertices],
        normals=taken(mesh.normals),
        uvs=taken(mesh.uvs),
        other_uvs=tuple(uvs[vertices] for uvs in mesh.other_uvs),
        tangents=taken(mesh.tangents),
        colors=taken(mesh.colors),
    )


def referenced_vertices(mesh: Mesh) -> Bools:
    """Return which vertices a triangle uses, (n,) bool."""
    used = np.zeros(len(mesh.positions), np.bool_)
    used[mesh.triangles] = True
    return used


def remove_unreferenced_vertices(mesh: Mesh) -> Mesh:
    """Return a copy without the vertices that no triangle uses; the mesh itself when there are none."""
    used = referenced_vertices(mesh)
    if bool(used.all()):
        return mesh
    number = np.cumsum(used, dtype=np.uint32) - np.uint32(1)
    kept = take_vertices(mesh, np.flatnonzero(used).astype(np.uint32))
    return replace(kept, triangles=number[mesh.triangles])
