"""Remove small loose parts, such as the debris around a generated model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from vitrine.geometry.topology import Topology, part_extents
from vitrine.recipe import RepairOptions
from vitrine.threads import scipy_module

DEBRIS_TRIANGLES = 12
"""As many as a box has."""


def remove_small_parts(topology: Topology, options: RepairOptions) -> tuple[Topology, int]:
    """Return the model without its small parts, and how many were removed.

    A part is small when its bounding box has a diagonal below `small_part_extent` of the model's, and its
    triangles are fewer than the same fraction of all triangles. Debris may be twice as large: it has no more
    than `DEBRIS_TRIANGLES`, and touches no other part. The part with the most triangles always stays.
    """
    joined, parts = topology.joined, topology.parts
    if parts.count < 2:
        return topology, 0
    low, high = topology.model.bounds
    limit = options.small_part_extent
    diagonal = float(np.linalg.norm(high - low))
    extents = part_extents(joined.positions, joined.triangles, parts)
    is_small = extents < limit * diagonal
    is_small &= parts.triangles < limit * len(joined.triangles)
    is_small |= _floating_debris(topology, extents, limit * diagonal)
    is_small[int(parts.triangles.argmax())] = False
    count = int(np.count_nonzero(is_small))
    return (topology.without_parts(is_small) if count else topology), count


def _floating_debris(
    topology: Topology, extents: npt.NDArray[np.float64], limit_m: float
) -> npt.NDArray[np.bool_]:
    """Return which parts are debris that floats beside the model, (parts,) bool."""
    joined, parts = topology.joined, topology.parts
    debris = (extents < 2 * limit_m) & (parts.triangles <= DEBRIS_TRIANGLES)
    candidates = np.flatnonzero(debris & (extents >= limit_m))
    others = ~debris[parts.of_triangle]
    if not len(candidates) or not others.any():
        return np.zeros(parts.count, np.bool_)
    tree = scipy_module("spatial").cKDTree(joined.positions[np.unique(joined.triangles[others])])
    floating = np.zeros(parts.count, np.bool_)
    for part in candidates:
        corners = joined.positions[joined.triangles[parts.of_triangle == part].reshape(-1)]
        floating[part] = bool(tree.query(corners)[0].min() > extents[part] / 2)
    return floating
