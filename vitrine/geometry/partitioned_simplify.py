"""Simplify a large model in two partitions at the same time: the first, slowest step of a LOD chain."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Floats, Indices, column_bounds
from vitrine.codecs import meshopt
from vitrine.geometry.join import JoinedMesh
from vitrine.geometry.weld import weld_positions

MIN_SOURCE_TRIANGLES = 200_000
"""A smaller model is simplified as a whole: partitioning it saves no time."""
MIN_KEPT_TRIANGLES = 50_000
"""The target of both partitions together is at least this: the locked border between them would take too
large a share of fewer triangles."""
SURPLUS = 2.0
"""How many times the target the partitions keep together. `simplify` then takes the rest from the whole
model, where it costs least, and thins the border. So far from the target, positions alone decide as well as
positions and normals do, in two thirds of the time."""


@dataclass(frozen=True, slots=True)
class PartitionedSimplify:
    """Two partitions that are being simplified."""

    futures: tuple[Future[tuple[Indices, float]], ...]

    def result(self) -> tuple[Indices, float]:
        """Wait for both partitions.

        Returns their triangles, (m, 3) uint32 into the joined vertices, and the larger of their errors,
        relative to the model's largest extent.
        """
        parts = [future.result() for future in self.futures]
        return np.concatenate([part for part, _ in parts]), max(error for _, error in parts)


def start_partitioned_simplify(joined: JoinedMesh, target: int, pool: Executor) -> PartitionedSimplify | None:
    """Start to simplify both halves of a model on `pool`; return `None` where that does not pay.

    The model is cut at the median along its longest axis. `target` is the number of triangles that the first
    level needs. Returns `None` for a model below `MIN_SOURCE_TRIANGLES` or with fewer than four times the
    target. The result is the same for any number of threads.
    """
    triangles = joined.triangles
    target = max(target, MIN_KEPT_TRIANGLES)
    if len(triangles) < MIN_SOURCE_TRIANGLES or target * 2 * SURPLUS > len(triangles):
        return None
    extent = _extent(joined.positions)
    first = joined.positions[triangles[:, 0], int(extent.argmax())]
    lower = first < np.partition(first, len(first) // 2)[len(first) // 2]
    partitions = [triangles[lower], triangles[~lower]]
    border = _border_vertices(joined, partitions)
    size, share = float(extent.max()), target / len(triangles)
    return PartitionedSimplify(
        tuple(
            pool.submit(_simplify_partition, joined.positions, partition, border, size, share)
            for partition in partitions
        )
    )


def _extent(positions: Floats) -> Floats:
    low, high = column_bounds(positions)
    return high - low


def _border_vertices(joined: JoinedMesh, partitions: list[Indices]) -> Bools:
    """Return the vertices at positions of both partitions, (n,) bool: moving them would open a crack."""
    remap = weld_positions(joined.positions)
    used = []
    for partition in partitions:
        vertices = np.zeros(len(joined.positions), np.bool_)
        vertices[partition] = True
        positions = np.zeros(remap.count, np.bool_)
        positions[remap.indices[vertices]] = True
        used.append(positions)
    return np.asarray((used[0] & used[1])[remap.indices])


def _simplify_partition(
    positions: Floats, triangles: Indices, locked: Bools, model_size: float, share: float
) -> tuple[Indices, float]:
    """Simplify a partition to `share` × `SURPLUS` of its triangles; the error is relative to `model_size`."""
    used = np.zeros(len(positions), np.bool_)
    used[triangles] = True
    vertices = np.flatnonzero(used).astype(np.uint32)
    number = np.cumsum(used, dtype=np.uint32) - np.uint32(1)
    own_positions = positions[vertices]
    # meshoptimizer reports errors relative to the largest extent of what it is given.
    scale = model_size / max(float(_extent(own_positions).max()), 1e-12)
    left, error = meshopt.simplify(
        number[triangles].reshape(-1),
        own_positions,
        target=int(len(triangles) * share * SURPLUS),
        locked=locked[vertices].astype(np.uint8),
    )
    return vertices[left].reshape(-1, 3), error / scale
