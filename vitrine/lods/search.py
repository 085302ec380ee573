"""Search for the smallest number of triangles that meets a condition."""

from __future__ import annotations

import math
from collections.abc import Callable

MIN_TRIANGLES = 100
"""No search for a target goes below this number of triangles."""
RATIO = 1.05
"""A search ends when its bounds are within this ratio of each other."""


def smallest_passing(passes: Callable[[int], bool], low: int, high: int) -> int:
    """Return the smallest count between `low` and `high` that passes, up to 5 %; `high` when none does.

    Bisects the ratio of the bounds, which takes about seven calls. A count above a passing one must pass.
    """
    while high > low * RATIO:
        middle = round(math.sqrt(low * high))
        if passes(middle):
            high = middle
        else:
            low = middle
    return high
