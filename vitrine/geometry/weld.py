"""Which vertices stand in the same place, and which are the same vertex twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.codecs import meshopt
from vitrine.gltf.model import Mesh


def weld_positions(positions: Floats) -> tuple[Indices, int]:
    """For topology: (n,) the number of each vertex's place, and how many places there are.

    Attribute seams stay as they are in the mesh: two charts that meet share places, not vertices. Without
    this every chart border would look like a hole.
    """
    # Adding zero turns -0.0 into 0.0: the same place, but other bytes.
    return meshopt.unique_rows(np.ascontiguousarray(positions + np.float32(0)))


def weld(mesh: Mesh) -> Mesh:
    """A copy where vertices with the same position and attributes, to the bit, are one vertex."""
    columns = [mesh.positions, mesh.normals, mesh.uvs, mesh.tangents, mesh.colors]
    rows = np.concatenate([column for column in columns if column is not None], axis=1)
    remap, count = meshopt.unique_rows(np.ascontiguousarray(rows + np.float32(0)))
    if count == len(rows):
        return mesh
    first = np.empty(count, np.uint32)
    first[remap[::-1]] = np.arange(len(rows), dtype=np.uint32)[::-1]
    return replace(take_vertices(mesh, first), triangles=remap[mesh.triangles])


def take_vertices(mesh: Mesh, which: Indices) -> Mesh:
    """The mesh's vertices `which`, in that order; the triangles are left for the caller to renumber."""

    def taken(values: Floats | None) -> Floats | None:
        return None if values is None else values[which]

    return replace(
        mesh,
        positions=mesh.positions[which],
        normals=taken(mesh.normals),
        uvs=taken(mesh.uvs),
        tangents=taken(mesh.tangents),
        colors=taken(mesh.colors),
    )
