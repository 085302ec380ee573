"""Simplify a model with meshoptimizer: fewer triangles that look like the source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.codecs import meshopt
from vitrine.geometry.join import JoinedMesh

NORMAL_WEIGHT = 0.4
COARSE_NORMAL_WEIGHT = 0.25
UV_WEIGHT = 1.0
COLOR_WEIGHT = 1.0
"""How much a change of an attribute counts beside a change of position, relative to the model's largest
extent. Measured on generated models: heavier normals look no better and lie further from the source, lighter
ones look worse."""
COARSE_TRIANGLES = 5_000
"""Below this target normals count less: few triangles are better spent on the silhouette."""
DENSE_TRIANGLES = 50_000
"""From this target on UVs are not weighed, which saves a tenth of the time: on so fine a mesh they follow
from the positions, and seams are kept in any case."""
MAX_ERROR = 0.25
PRUNE_ERROR = 0.05
"""Error limits, relative to the model's largest extent: beyond them the model is not recognizable."""
MAX_PRUNED_SHARE = 0.8
"""Pruning small parts is accepted when it leaves at most this share of the triangles, or meets the target."""


@dataclass(frozen=True, slots=True)
class Simplified:
    """The triangles that are left, and the error of the simplification."""

    triangles: Indices
    """(m, 3) uint32, into the same vertices"""
    error: float
    """As meshoptimizer reports it: relative to the largest extent, with weighted attributes included"""


def simplify(
    joined: JoinedMesh, triangles: Indices, target: int, *, max_error: float = MAX_ERROR
) -> Simplified:
    """Collapse edges until at most `target` triangles are left; normals, UVs and seams are respected.

    `triangles` is (m, 3) uint32 into the joined vertices; with no more than `target` of them, they are
    returned as they are. `max_error`, relative to the model's largest extent, is never exceeded. Where
    borders and seams stop the simplifier early, parts smaller than `PRUNE_ERROR` are pruned as well, unless
    that removes little: a keyboard keeps its keys. More than `target` triangles may be left.
    """
    if len(triangles) <= target:
        return Simplified(triangles, 0.0)
    attributes, weights = weighted_attributes(joined, target)
    left = np.ascontiguousarray(triangles).reshape(-1)
    total = 0.0
    sparse = meshopt.sparse_option(triangles, joined.positions)
    for limit, options in ((max_error, 0), (PRUNE_ERROR, meshopt.PRUNE)):
        if len(left) > 3 * target:
            fewer, error = meshopt.simplify(
                left,
                joined.positions,
                target=target,
                max_error=max(0.0, min(limit, max_error - total)),
                attributes=attributes,
                weights=weights,
                options=options | sparse,
            )
            if not options or len(fewer) <= max(3 * target, MAX_PRUNED_SHARE * len(left)):
                left, total = fewer, total + error
    if not len(left):
        return Simplified(triangles, 0.0)  # every triangle is degenerate: an empty mesh is no better
    return Simplified(left.reshape(-1, 3), total)


def weighted_attributes(joined: JoinedMesh, target: int) -> tuple[Floats | None, Floats | None]:
    """Return the attributes that count on the way to `target` triangles, and their weights.

    (n, k) float32 and (k,) float32; two `None` for a model that has no such attribute.
    """
    columns: list[Floats] = []
    weights: list[float] = []
    for values, weight in (
        (joined.normals, NORMAL_WEIGHT if target >= COARSE_TRIANGLES else COARSE_NORMAL_WEIGHT),
        (joined.uvs if target < DENSE_TRIANGLES else None, UV_WEIGHT),
        (joined.colors, COLOR_WEIGHT),
    ):
        if values is not None:
            columns.append(values)
            weights += [weight] * values.shape[1]
    if not columns:
        return None, None
    stacked = columns[0] if len(columns) == 1 else np.concatenate(columns, axis=1)
    return np.ascontiguousarray(stacked), np.array(weights, np.float32)
