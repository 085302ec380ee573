"""Triangles that cover nothing, or cover what another one covers already."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Indices
from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Mesh


def remove_degenerate_triangles(mesh: Mesh) -> tuple[Mesh, int]:
    """A copy without triangles that have two corners in one place or repeat another, and how many went.

    A repeat has the same three places in the same turning direction; one that faces the other way is the back
    of a thin sheet and stays. Thin triangles stay too: taking them out would tear the surface open.
    """
    places, count = weld_positions(mesh.positions)
    corners = places[mesh.triangles]
    keep = nondegenerate(corners)
    keep &= ~_repeats(corners, keep, count)
    dropped = int(len(keep) - np.count_nonzero(keep))
    return (replace(mesh, triangles=mesh.triangles[keep]) if dropped else mesh), dropped


def nondegenerate(corners: Indices) -> npt.NDArray[np.bool_]:
    """(m,) whether the three corners differ."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    return np.asarray((a != b) & (b != c) & (c != a))


def _repeats(corners: Indices, considered: npt.NDArray[np.bool_], count: int) -> npt.NDArray[np.bool_]:
    """(m,) True for every triangle but the first of those with equal corners."""
    rows = np.flatnonzero(considered)
    chosen = corners[rows]
    # Turn each triangle so that its lowest corner comes first; that keeps its direction.
    start = chosen.argmin(axis=1)[:, None]
    turned = np.take_along_axis(chosen, (start + np.arange(3)) % 3, axis=1).astype(np.uint64)
    # The two highest corners nearly name a triangle; the third decides among the few that share them.
    key = (turned[:, 1] * np.uint64(count) + turned[:, 2]) * np.uint64(0x9E3779B97F4A7C15) + turned[:, 0]
    repeated = np.zeros(len(corners), np.bool_)
    if not _has_equal(key):
        return repeated
    order = np.argsort(key, kind="stable")
    same = (key[order][1:] == key[order][:-1]) & (turned[order][1:] == turned[order][:-1]).all(axis=1)
    repeated[rows[order[1:][same]]] = True
    return repeated


def _has_equal(keys: npt.NDArray[np.uint64]) -> bool:
    ordered = np.sort(keys)
    return bool((ordered[1:] == ordered[:-1]).any())
