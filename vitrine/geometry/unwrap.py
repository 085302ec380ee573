"""Unwrap meshes: new UVs from charts that xatlas segments, flattens and packs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xatlas

from vitrine.arrays import Floats, Indices
from vitrine.errors import ModelError
from vitrine.geometry.atlas import new_atlas
from vitrine.geometry.vertices import take_vertices
from vitrine.gltf.model import Mesh

PADDING_PX = 2
"""Texels between charts."""


def unwrap(meshes: tuple[Mesh, ...], size_px: int) -> tuple[Mesh, ...]:
    """Return copies with UVs in one atlas that they share, about `size_px` wide; tangents are dropped.

    Vertices on the border of charts are split, one for each chart. Raises `ModelError` when the charts do
    not fit into one atlas.
    """
    with new_atlas() as atlas:
        for mesh in meshes:
            atlas.add_mesh(mesh.positions, mesh.triangles)
        options = xatlas.PackOptions()
        options.resolution, options.padding, options.bruteForce = size_px, PADDING_PX, True
        atlas.generate(xatlas.ChartOptions(), options)
        if atlas.atlas_count != 1:
            raise ModelError(
                f"the charts of the new UVs fill {atlas.atlas_count} atlases of {size_px} px, not one"
            )
        return tuple(_with_uvs(mesh, *atlas[number]) for number, mesh in enumerate(meshes))


def _with_uvs(mesh: Mesh, vertices: Indices, triangles: Indices, uvs: Floats) -> Mesh:
    """Apply what xatlas returns: the source of each new vertex, the triangles, and the UVs."""
    mesh = take_vertices(replace(mesh, uvs=None, tangents=None), vertices.astype(np.uint32))
    uvs = np.clip(np.ascontiguousarray(uvs, np.float32), 0, 1)
    return replace(mesh, triangles=triangles.astype(np.uint32), uvs=uvs)
