"""A model's shape without the seams of its pictures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.codecs import meshopt
from vitrine.gltf.model import Model
from vitrine.repair.degenerate import nondegenerate

PRUNE_ERROR = 0.02
"""How large, in extents of the model, loose parts are that may go where nothing else reaches the count."""


@dataclass(frozen=True, slots=True)
class SeamlessMesh:
    """Places and the triangles between them; two triangles that touch share their places."""

    positions: Floats
    """(n, 3)"""
    triangles: Indices
    """(m, 3)"""
    groups: Indices
    """(n,) what each place belongs to: places of two groups are never one"""


def remesh(model: Model, groups: tuple[int, ...]) -> SeamlessMesh:
    """All meshes as one shape, vertices in the same place made one; `groups` has each mesh's group."""
    counts = [len(mesh.positions) for mesh in model.meshes]
    starts = np.cumsum([0, *counts]).astype(np.uint32)
    positions = np.concatenate([mesh.positions for mesh in model.meshes])
    group = np.repeat(np.array(groups, np.uint32), counts)
    # Adding zero turns -0.0 into 0.0: the same place, but other bytes.
    rows = np.column_stack([positions + np.float32(0), group.astype(np.float32)])
    place, count = meshopt.unique_rows(np.ascontiguousarray(rows))
    fused, of = np.empty((count, 3), np.float32), np.empty(count, np.uint32)
    fused[place], of[place] = positions, group
    triangles = place[
        np.concatenate([mesh.triangles + start for mesh, start in zip(model.meshes, starts, strict=False)])
    ]
    return SeamlessMesh(fused, triangles[nondegenerate(triangles)], of)


def decimate(shape: SeamlessMesh, target: int, max_error: float) -> tuple[SeamlessMesh, float]:
    """At most `target` triangles where the shape allows it, and the error, in extents of the model.

    Without seams only the shape's own borders and handles stand in the way. Where they do, loose parts no
    larger than `PRUNE_ERROR` go. Nothing goes that would move the surface by more than `max_error`.
    """
    left, total = np.ascontiguousarray(shape.triangles).reshape(-1), 0.0
    for limit, options in ((max_error, 0), (min(max_error, PRUNE_ERROR), meshopt.PRUNE)):
        if len(left) > 3 * target:
            left, error = meshopt.simplify(
                left, shape.positions, target=target, max_error=limit, options=options
            )
            total = max(total, error)
    flat, old = meshopt.fetch_order(left, len(shape.positions))
    triangles = flat.reshape(-1, 3)
    return SeamlessMesh(shape.positions[old], triangles[nondegenerate(triangles)], shape.groups[old]), total
