"""Remove small loose parts, such as the debris around a generated model."""

from __future__ import annotations

import numpy as np

from vitrine.geometry.topology import Topology, part_extents
from vitrine.recipe import RepairOptions


def remove_small_parts(topology: Topology, options: RepairOptions) -> tuple[Topology, int]:
    """Return the model without its small parts, and how many were removed.

    A part is small when its bounding box has a diagonal below `small_part_extent` of the model's, and its
    triangles are fewer than the same fraction of all triangles. The part with the most triangles always
    stays.
    """
    joined, parts = topology.joined, topology.parts
    if parts.count < 2:
        return topology, 0
    low, high = topology.model.bounds
    limit = options.small_part_extent
    is_small = part_extents(joined.positions, joined.triangles, parts) < limit * float(
        np.linalg.norm(high - low)
    )
    is_small &= parts.triangles < limit * len(joined.triangles)
    is_small[int(parts.triangles.argmax())] = False
    count = int(np.count_nonzero(is_small))
    return (topology.without_parts(is_small) if count else topology), count
