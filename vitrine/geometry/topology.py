"""The connected parts of a model's surface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Bools, Floats, Indices
from vitrine.compiled import kernels
from vitrine.geometry.join import JoinedMesh, join, split
from vitrine.geometry.weld import PositionRemap, join_remaps, weld_positions
from vitrine.gltf.model import Model


@dataclass(frozen=True, slots=True)
class Parts:
    """The connected components of a mesh, numbered from 0."""

    count: int
    of_triangle: npt.NDArray[np.int32]
    """(m,) int32 part that each triangle belongs to"""
    triangles: npt.NDArray[np.int64]
    """(count,) int64 number of triangles in each part"""

    def keep(self, kept: Bools) -> Parts:
        """Return the parts where `kept`, (count,) bool, is true; triangles of other parts are left out."""
        number = np.cumsum(kept) - 1
        left = self.of_triangle[kept[self.of_triangle]]
        return Parts(int(np.count_nonzero(kept)), number[left].astype(np.int32), self.triangles[kept])


@dataclass(frozen=True, slots=True)
class Topology:
    """A model with its meshes joined and divided into connected parts, so that welding is done once."""

    model: Model
    joined: JoinedMesh
    parts: Parts
    """Parts of the joined triangles"""

    @classmethod
    def of(cls, model: Model, remaps: Sequence[PositionRemap] | None = None) -> Topology:
        """Weld and divide a model. `remaps` are its meshes' own, where they are known."""
        joined = join(model)
        if remaps is None:
            remap = weld_positions(joined.positions)
        else:
            remap = join_remaps([mesh.positions for mesh in model.meshes], remaps)
        return cls(model, joined, find_parts(remap.indices[joined.triangles], remap.count))

    def without_parts(self, removed: Bools) -> Topology:
        """Return the model without the parts where `removed`, (parts,) bool, is true.

        Meshes without a triangle left are dropped; unreferenced vertices of the others stay.
        """
        triangles = self.joined.triangles[~removed[self.parts.of_triangle]]
        model = split(self.model, self.joined, triangles)
        return Topology(model, join(model), self.parts.keep(~removed))


def find_parts(triangles: Indices, position_count: int) -> Parts:
    """Find the connected components of welded triangles, (m, 3) uint32 below `position_count`.

    Two triangles are connected when they share a position, be it a single corner.
    """
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    rows, columns = np.concatenate([a, b]), np.concatenate([b, c])
    labels, count = kernels.connected_components(position_count, rows, columns)
    of_triangle = labels[a]
    used = np.zeros(count, np.bool_)
    used[of_triangle] = True
    of_triangle = (np.cumsum(used) - 1)[of_triangle]
    counts = np.bincount(of_triangle) if len(triangles) else np.zeros(0, np.int64)
    return Parts(len(counts), of_triangle.astype(np.int32), counts)


def part_extents(positions: Floats, triangles: Indices, parts: Parts) -> npt.NDArray[np.float64]:
    """Return the length of each part's bounding-box diagonal, (count,) float64, in the positions' unit.

    `positions` is (n, 3) float32, `triangles` the (m, 3) uint32 that `parts` numbers.
    """
    low, high = kernels.part_bounds(positions, triangles, parts.of_triangle, parts.count)
    return np.asarray(np.linalg.norm(high - low, axis=1), np.float64)
