"""Tiny loose parts that float around a generated model."""

from __future__ import annotations

import numpy as np

from vitrine.geometry.components import find_parts, part_extents
from vitrine.geometry.join import join, split
from vitrine.geometry.weld import weld_positions
from vitrine.gltf.model import Model
from vitrine.recipe import RepairOptions


def remove_small_parts(model: Model, options: RepairOptions) -> tuple[Model, int]:
    """A copy without small loose parts, and how many there were.

    A part is small when its bounding box is below `small_part_extent` of the model's diagonal, and its
    triangles are below the same fraction of all triangles. The largest part always stays.
    """
    joined = join(model)
    places, count = weld_positions(joined.positions)
    parts = find_parts(places[joined.triangles], count)
    if parts.count < 2:
        return model, 0
    low, high = model.bounds
    diagonal = float(np.linalg.norm(high - low))
    is_small = part_extents(joined.positions, joined.triangles, parts) < options.small_part_extent * diagonal
    is_small &= parts.triangles < options.small_part_extent * len(joined.triangles)
    is_small[int(parts.triangles.argmax())] = False
    count = int(np.count_nonzero(is_small))
    if not count:
        return model, 0
    return split(model, joined, joined.triangles[~is_small[parts.of_triangle]]), count
