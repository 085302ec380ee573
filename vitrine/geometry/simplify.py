"""Fewer triangles, same look."""

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
"""How much an attribute's change counts beside a change of place, in extents of the model. Measured on
generated models: heavier normals look no better and lie further from the source, lighter ones look worse."""
COARSE_TRIANGLES = 5_000
"""Below this, normals count less: few triangles are better spent on the outline."""
DENSE_TRIANGLES = 50_000
"""From here on UVs are left out of the measure, which saves a tenth of the time: on so fine a mesh they
follow from the places, and seams are held in any case."""
MAX_ERROR = 0.25
PRUNE_ERROR = 0.05
"""Where to stop, in extents of the model: past these nobody would know it again."""
WORTH = 0.8
"""Loose parts go only for at least this: so many of the triangles left, or the count itself."""


@dataclass(frozen=True, slots=True)
class Simplified:
    """Triangles left, and how far from the start they may be."""

    triangles: Indices
    """(m, 3), into the same vertices"""
    error: float
    """As meshoptimizer reports it: relative to the largest extent, attributes weighed in."""


def simplify(
    joined: JoinedMesh, triangles: Indices, target: int, *, max_error: float = MAX_ERROR
) -> Simplified:
    """Collapse edges until at most `target` triangles are left; UVs, normals and seams are respected.

    A model that has no more than `target` comes back as it is: nothing is ever added. Where borders and
    seams stop the simplifier short, loose parts no larger than `PRUNE_ERROR` go, if that helps much; what is
    left then may still be more than `target`, since a torn or melted model would be worse. `max_error` is
    where to stop in any case, in extents of the model.
    """
    if len(triangles) <= target:
        return Simplified(triangles, 0.0)
    attributes, weights = weighted_attributes(joined, target)
    left = np.ascontiguousarray(triangles).reshape(-1)
    total = 0.0
    # Most vertices are unused after the first step: then the library looks at those in use alone.
    sparse = meshopt.SPARSE if len(triangles) < len(joined.positions) else 0
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
            # A key is not taken from a keyboard for nothing.
            if not options or len(fewer) <= max(3 * target, WORTH * len(left)):
                left, total = fewer, total + error
    if not len(left):
        return Simplified(triangles, 0.0)  # all of it degenerate: nothing is no better
    return Simplified(left.reshape(-1, 3), total)


def weighted_attributes(joined: JoinedMesh, target: int) -> tuple[Floats | None, Floats | None]:
    """What joins the error measure on the way to `target` triangles, (n, k), and the weights, (k,)."""
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
    joint = columns[0] if len(columns) == 1 else np.concatenate(columns, axis=1)
    return np.ascontiguousarray(joint), np.array(weights, np.float32)
