"""Remove degenerate and duplicate triangles."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Bools, Indices
from vitrine.geometry.weld import PositionRemap, weld_positions
from vitrine.gltf.model import Mesh


def remove_degenerate_triangles(mesh: Mesh, remap: PositionRemap | None = None) -> tuple[Mesh, int]:
    """Return a copy without degenerate and duplicate triangles, and how many were removed.

    A triangle is degenerate when two of its corners share a position. A duplicate has the positions of
    another one in the same winding; with the opposite winding it is the back of a thin sheet, and stays. Thin
    triangles stay as well: removing them would tear the surface open. `remap` is the mesh's own, where it is
    known.
    """
    remap = remap or weld_positions(mesh.positions)
    welded = remap.indices[mesh.triangles]
    keep = nondegenerate(welded)
    keep &= ~_duplicates(welded, keep, remap.count)
    removed = int(len(keep) - np.count_nonzero(keep))
    return (replace(mesh, triangles=mesh.triangles[keep]) if removed else mesh), removed


def nondegenerate(triangles: Indices) -> Bools:
    """Return which welded triangles, (m, 3) uint32, have three different corners, (m,) bool."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    return np.asarray((a != b) & (b != c) & (c != a))


def _duplicates(triangles: Indices, considered: Bools, count: int) -> Bools:
    """Return True for all but the first of the `considered` triangles with equal corners, (m,) bool."""
    rows = np.flatnonzero(considered)
    chosen = triangles[rows]
    # Rotate each triangle so that its lowest corner comes first, which keeps its winding.
    start = chosen.argmin(axis=1)[:, None]
    rotated = np.take_along_axis(chosen, (start + np.arange(3)) % 3, axis=1).astype(np.uint64)
    # Hash the corners; the few triangles with equal hashes are compared below.
    key = (rotated[:, 1] * np.uint64(count) + rotated[:, 2]) * np.uint64(0x9E3779B97F4A7C15) + rotated[:, 0]
    repeated = np.zeros(len(triangles), np.bool_)
    if not _has_equal(key):
        return repeated
    order = np.argsort(key, kind="stable")
    same = (key[order][1:] == key[order][:-1]) & (rotated[order][1:] == rotated[order][:-1]).all(axis=1)
    repeated[rows[order[1:][same]]] = True
    return repeated


def _has_equal(keys: npt.NDArray[np.uint64]) -> bool:
    ordered = np.sort(keys)
    return bool((ordered[1:] == ordered[:-1]).any())
