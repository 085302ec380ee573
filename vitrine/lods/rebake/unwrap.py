"""New UVs: charts cut, flattened and packed by xatlas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xatlas

from vitrine.arrays import Floats, Indices
from vitrine.errors import ModelError
from vitrine.geometry.vertices import take_vertices
from vitrine.gltf.model import Mesh

PADDING_PX = 2
"""Texels between charts."""


def unwrap(meshes: tuple[Mesh, ...], size_px: int) -> tuple[Mesh, ...]:
    """Copies with UVs into one picture that all share, about `size_px` wide; tangents are dropped.

    A vertex on a chart's border is there once for each chart. Raises `ModelError` where no atlas comes of it.
    """
    atlas = xatlas.Atlas()
    for mesh in meshes:
        atlas.add_mesh(mesh.positions, mesh.triangles)
    options = xatlas.PackOptions()
    options.resolution, options.padding, options.bruteForce = size_px, PADDING_PX, True
    atlas.generate(xatlas.ChartOptions(), options)
    if atlas.atlas_count != 1:
        raise ModelError(f"{atlas.atlas_count} pictures of {size_px} px came of unwrapping a level, not one")
    return tuple(_with_uvs(mesh, *atlas[number]) for number, mesh in enumerate(meshes))


def _with_uvs(mesh: Mesh, old: Indices, triangles: Indices, uvs: Floats) -> Mesh:
    mesh = take_vertices(replace(mesh, uvs=None, tangents=None), old.astype(np.uint32))
    uvs = np.clip(np.ascontiguousarray(uvs, np.float32), 0, 1)
    return replace(mesh, triangles=triangles.astype(np.uint32), uvs=uvs)
