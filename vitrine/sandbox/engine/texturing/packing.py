"""Rectangles into a square."""

from __future__ import annotations

import numpy as np

from vitrine.sandbox.engine.arrays import Floats, Ints
from vitrine.sandbox.engine.errors import EngineError


def pack(low: Floats, high: Floats, weight: Floats, side: int, gutter: int) -> tuple[Floats, Ints]:
    """Find the largest scale at which all boxes, each `weight` times it, fit into a square of `side` texels.

    Returns (scale (c,), rectangles (c, 4) int x, y, width, height with `gutter` texels around).
    Shelves, tallest first: simple, fast, and about 90 % full for tiles of one size. Raises `EngineError`
    where the gutters alone leave no room.
    """
    area = float((((high - low) * weight[:, None]).prod(axis=-1)).sum())
    scale = side / np.sqrt(max(area, 1e-9))
    while scale > 1e-4:
        scales = scale * weight
        size = np.ceil(high * scales[:, None]) - np.floor(low * scales[:, None]) + 2 * gutter
        placed = _shelves(size.astype(np.int64), side)
        if placed is not None:
            return scales, np.concatenate([placed, size.astype(np.int64)], axis=-1)
        scale *= 0.97
    raise EngineError(f"{len(low)} charts do not fit into a texture of {side}×{side} texels")


def _shelves(size: Ints, side: int) -> Ints | None:
    order = np.lexsort((size[:, 0], size[:, 1]))[::-1]
    x = y = shelf = 0
    placed = np.zeros_like(size)
    for k, (width, height) in zip(order.tolist(), size[order].tolist(), strict=True):
        if x + width > side:
            x, y, shelf = 0, y + shelf, 0
        if width > side or y + height > side:
            return None
        placed[k] = x, y
        x += width
        shelf = max(shelf, height)
    return placed
