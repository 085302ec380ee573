"""Which texels of an atlas a mesh covers, and where on the mesh each of them lies."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Ints
from vitrine.gltf.model import Mesh
from vitrine.render.bvh import build_bvh
from vitrine.render.rays.intersect import Hit


def covered_texels(mesh: Mesh, size_px: int) -> tuple[Ints, Ints, Hit]:
    """Return rows (k,) and columns (k,) of the texels whose centers lie in a chart, and where on the mesh.

    The mesh is laid flat by its UVs, and a ray is intersected with it at every texel's center.
    """
    assert mesh.uvs is not None
    flat = np.column_stack([mesh.uvs * np.float32(size_px), np.zeros(len(mesh.uvs), np.float32)])
    bvh = build_bvh(flat, mesh.triangles)
    row, column = (axis.reshape(-1) for axis in np.indices((size_px, size_px)))
    origins = np.column_stack([column + 0.5, row + 0.5, np.full(size_px**2, -1.0)]).astype(np.float32)
    directions = np.broadcast_to(np.array([0, 0, 1], np.float32), origins.shape)
    found = bvh.run(origins, np.ascontiguousarray(directions), output=1)
    covered = found["primID"] >= 0
    return (
        row[covered],
        column[covered],
        Hit(*(found[name][covered] for name in ("primID", "u", "v", "tfar"))),
    )
