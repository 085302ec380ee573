"""Wrap modes and filters of samplers; the numbers are those of glTF 2.0 section 5.26."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, Ints

REPEAT, MIRRORED, CLAMP = 10497, 33648, 33071
NEAREST, LINEAR = 9728, 9729
NEAREST_FILTERS = (NEAREST, 9984, 9986)
"""Filters that take the nearest texel of a level"""


def wrap_texels(whole: Floats, size: int, mode: int) -> tuple[Ints, Ints]:
    """Return the indices of texels (n,) and of the ones after them along an axis of `size` texels."""
    index = whole.astype(np.int64)
    if mode == CLAMP:
        return np.clip(index, 0, size - 1), np.clip(index + 1, 0, size - 1)
    if mode == MIRRORED:
        return _mirrored(index, size), _mirrored(index + 1, size)
    if size & (size - 1) == 0:
        return index & (size - 1), (index + 1) & (size - 1)
    index %= size
    return index, np.where(index + 1 == size, 0, index + 1)


def _mirrored(index: Ints, size: int) -> Ints:
    index = index % (2 * size)
    return np.minimum(index, 2 * size - 1 - index)
