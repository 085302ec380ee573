"""Find the vertices that share a position, so that attribute seams do not look like holes in the surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, Indices, Ints
from vitrine.codecs import meshopt


@dataclass(frozen=True, slots=True)
class PositionRemap:
    """A vertex remap table, as meshoptimizer calls it: each vertex's number among the unique positions.

    Unique positions are numbered in the order of their first vertex.
    """

    indices: Indices
    """(n,) uint32 number of each vertex's position"""
    count: int
    """How many unique positions there are"""

    def first_vertices(self) -> Indices:
        """Return the lowest vertex at each unique position, (count,) uint32."""
        first = np.empty(self.count, np.uint32)
        # Of several values for one entry numpy keeps the last one.
        first[self.indices[::-1]] = np.arange(len(self.indices), dtype=np.uint32)[::-1]
        return first

    def take(self, vertices: Ints) -> PositionRemap:
        """Return the remap of some vertices, (k,) integers: what welding them alone would give."""
        kept = self.indices[vertices]
        row = np.arange(len(kept))
        first = np.zeros(self.count, np.int64)
        first[kept[::-1]] = row[::-1]
        unique = kept[first[kept] == row]
        number = np.zeros(self.count, np.uint32)
        number[unique] = np.arange(len(unique), dtype=np.uint32)
        return PositionRemap(number[kept], len(unique))


def weld_positions(positions: Floats, groups: Indices | None = None) -> PositionRemap:
    """Number the unique positions of a mesh; attributes play no part.

    `positions` is (n, 3) float32. With `groups`, (n,) uint32 below 2^24, vertices of two groups never share
    a position. Positions are equal when their bits are, except that -0.0 equals 0.0.
    """
    rows = positions + np.float32(0)  # turns -0.0 into 0.0, which has other bytes
    if groups is not None:
        rows = np.column_stack([rows, groups.astype(np.float32)])
    return PositionRemap(*meshopt.generate_vertex_remap(np.ascontiguousarray(rows)))


def join_remaps(
    positions: Sequence[Floats], remaps: Sequence[PositionRemap], groups: Sequence[int] | None = None
) -> PositionRemap:
    """Weld several meshes that are welded already: the remap of all their vertices in one list.

    `positions` are the meshes' (n, 3) float32 and `remaps` what `weld_positions` gave for each. With
    `groups`, one number for each mesh, meshes of two groups share no position. Only unique positions are
    compared, so that a single mesh costs nothing.
    """
    if len(remaps) == 1:
        return remaps[0]
    counts = [remap.count for remap in remaps]
    unique = np.concatenate([p[remap.first_vertices()] for p, remap in zip(positions, remaps, strict=True)])
    owners = None if groups is None else np.repeat(np.array(groups, np.uint32), counts)
    joint = weld_positions(unique, owners)
    starts = np.cumsum([0, *counts[:-1]])
    parts = [joint.indices[start + remap.indices] for start, remap in zip(starts, remaps, strict=True)]
    return PositionRemap(np.concatenate(parts), joint.count)
