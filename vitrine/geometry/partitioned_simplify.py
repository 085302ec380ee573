"""The first, dearest step of a ladder, done in two halves side by side."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices
from vitrine.codecs import meshopt
from vitrine.geometry.join import JoinedMesh
from vitrine.geometry.weld import weld_positions

LEAST_TRIANGLES = 200_000
"""A smaller model is not worth the cut."""
LEAST_TARGET = 50_000
"""The halves keep at least as many, together: of fewer, the line they were cut along would take too large a
share."""
SURPLUS = 2.0
"""How many more triangles the halves keep than are wanted in the end. The next step takes the rest from the
whole model, wherever it costs least, and minds normals as well: that evens out the halves and thins the line
they were cut along. So far from the end places alone decide as well, in two thirds of the time."""


@dataclass(frozen=True, slots=True)
class PartitionedSimplify:
    """Two jobs under way."""

    jobs: tuple[Future[tuple[Indices, float]], ...]

    def merged(self) -> tuple[Indices, float]:
        """(m, 3) triangles of both, into the joined vertices, and the larger error, relative to the model."""
        parts = [job.result() for job in self.jobs]
        return np.concatenate([part for part, _ in parts]), max(error for _, error in parts)


def start_partitioned_simplify(joined: JoinedMesh, target: int, pool: Executor) -> PartitionedSimplify | None:
    """Start to simplify both halves of a large model; `None` when it is small or `target` is close.

    The cut is the same for any number of threads, and so is what comes of it.
    """
    triangles = joined.triangles
    target = max(target, LEAST_TARGET)
    if len(triangles) < LEAST_TRIANGLES or target * 2 * SURPLUS > len(triangles):
        return None
    extent = np.ptp(joined.positions, axis=0)
    first = joined.positions[triangles[:, 0], int(extent.argmax())]
    lower = first < np.partition(first, len(first) // 2)[len(first) // 2]
    sides = [triangles[lower], triangles[~lower]]
    shared = _on_both(joined, sides)
    size = float(extent.max())
    jobs = [
        pool.submit(_half, joined.positions, side, shared, size, target / len(triangles)) for side in sides
    ]
    return PartitionedSimplify(tuple(jobs))


def _on_both(joined: JoinedMesh, sides: list[Indices]) -> npt.NDArray[np.bool_]:
    """(n,) vertices in places that both halves use: they must not move, or the halves would part."""
    places, count = weld_positions(joined.positions)
    used = []
    for side in sides:
        mine = np.zeros(len(joined.positions), np.bool_)
        mine[side] = True
        there = np.zeros(count, np.bool_)
        there[places[mine]] = True
        used.append(there)
    return np.asarray((used[0] & used[1])[places])


def _half(
    positions: Floats,
    triangles: Indices,
    shared: npt.NDArray[np.bool_],
    size: float,
    share: float,
) -> tuple[Indices, float]:
    mine = np.zeros(len(positions), np.bool_)
    mine[triangles] = True
    old = np.flatnonzero(mine).astype(np.uint32)
    number = np.cumsum(mine, dtype=np.uint32) - np.uint32(1)
    places = positions[old]
    # Errors are measured in extents of what is simplified.
    scale = size / max(float(np.ptp(places, axis=0).max()), 1e-12)
    left, error = meshopt.simplify(
        number[triangles].reshape(-1),
        places,
        target=int(len(triangles) * share * SURPLUS),
        locked=shared[old].astype(np.uint8),
    )
    return old[left].reshape(-1, 3), error / scale
