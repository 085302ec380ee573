"""The fewest triangles that do."""

from __future__ import annotations

import math
from collections.abc import Callable

LEAST_TRIANGLES = 100
CLOSE = 1.05
"""A search ends when its bounds are this near each other."""


def smallest_passing(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The least count between `low` and `high` for which `holds`; `high` when it holds for none.

    Supposes that what holds for some triangles holds for more. Halves the ratio between the bounds until
    they are within 5 %: some seven tries.
    """
    while high > low * CLOSE:
        middle = round(math.sqrt(low * high))
        if holds(middle):
            high = middle
        else:
            low = middle
    return high
