"""Make one mesh without attribute seams of a model, and decimate it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.codecs import meshopt
from vitrine.geometry.weld import PositionRemap, join_remaps, weld_positions
from vitrine.gltf.model import Mesh
from vitrine.repair.degenerate import nondegenerate

PRUNE_ERROR = 0.02
"""Largest extent, relative to the model's, of parts that are pruned when nothing else reaches the target."""


@dataclass(frozen=True, slots=True)
class SeamlessMesh:
    """A welded mesh: triangles that touch share their vertices, whatever their attributes were."""

    positions: Floats
    """(n, 3) float32"""
    triangles: Indices
    """(m, 3) uint32"""
    groups: Indices
    """(n,) uint32 group of each vertex; vertices of two groups are never welded"""


def remesh(
    meshes: Sequence[Mesh], groups: tuple[int, ...], remaps: Sequence[PositionRemap] | None = None
) -> SeamlessMesh:
    """Weld all meshes into one; degenerate triangles are dropped.

    `groups` has a number for each mesh. `remaps` are the meshes' own, where they are known.
    """
    if remaps is None:
        remaps = [weld_positions(mesh.positions) for mesh in meshes]
    remap = join_remaps([mesh.positions for mesh in meshes], remaps, groups)
    counts = [len(mesh.positions) for mesh in meshes]
    starts = np.cumsum([0, *counts]).astype(np.uint32)
    positions, owners = np.empty((remap.count, 3), np.float32), np.empty(remap.count, np.uint32)
    positions[remap.indices] = np.concatenate([mesh.positions for mesh in meshes])
    owners[remap.indices] = np.repeat(np.array(groups, np.uint32), counts)
    joined = [mesh.triangles + start for mesh, start in zip(meshes, starts, strict=False)]
    triangles = remap.indices[np.concatenate(joined)]
    return SeamlessMesh(positions, triangles[nondegenerate(triangles)], owners)


def decimate(mesh: SeamlessMesh, target: int, max_error: float) -> tuple[SeamlessMesh, float]:
    """Collapse edges until at most `target` triangles are left; return the mesh and its error.

    Errors are relative to the model's largest extent; `max_error` is never exceeded. Where borders and
    handles of the surface stop the simplifier early, parts smaller than `PRUNE_ERROR` are pruned as well.
    """
    left, total = np.ascontiguousarray(mesh.triangles).reshape(-1), 0.0
    sparse = meshopt.sparse_option(mesh.triangles, mesh.positions)
    for limit, options in ((max_error, 0), (min(max_error, PRUNE_ERROR), meshopt.PRUNE)):
        if len(left) > 3 * target:
            left, error = meshopt.simplify(
                left, mesh.positions, target=target, max_error=limit, options=options | sparse
            )
            total = max(total, error)
    flat, vertices = meshopt.optimize_vertex_fetch(left, len(mesh.positions))
    triangles = flat.reshape(-1, 3)
    positions, groups = mesh.positions[vertices], mesh.groups[vertices]
    return SeamlessMesh(positions, triangles[nondegenerate(triangles)], groups), total
