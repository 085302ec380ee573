"""A level set to triangles: the flat mesh of a silhouette, its border on the exact contour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.sandbox.engine.arrays import Floats, Ints

# Corners 0…3 and edge crossings 4…7 of a cell, counter-clockwise as the picture shows it (y down):
#   0 -7- 3        bit k of a case is set where corner k is inside;
#   4     6        triangles of a saddle (5, 10) keep its two corners apart.
#   1 -5- 2
POLYGONS: dict[int, tuple[tuple[int, ...], ...]] = {
    1: ((0, 4, 7),),
    2: ((1, 5, 4),),
    3: ((0, 1, 5, 7),),
    4: ((2, 6, 5),),
    5: ((0, 4, 7), (2, 6, 5)),
    6: ((1, 2, 6, 4),),
    7: ((0, 1, 2, 6, 7),),
    8: ((3, 7, 6),),
    9: ((3, 0, 4, 6),),
    10: ((1, 5, 4), (3, 7, 6)),
    11: ((0, 1, 5, 6, 3),),
    12: ((2, 3, 7, 5),),
    13: ((0, 4, 5, 2, 3),),
    14: ((1, 2, 3, 7, 4),),
    15: ((0, 1, 2, 3),),
}


@dataclass(frozen=True, slots=True)
class Outline:
    """A flat mesh over grid nodes and contour points; coordinates in cells, y down."""

    nodes: Ints
    """(n,) flat indices of the inside grid nodes: vertices 0…n-1."""
    contour: Floats
    """(m, 2) float32 x, y of the contour points: vertices n…n+m-1."""
    triangles: Ints
    """(t, 3), counter-clockwise as the picture shows them"""


def mesh_outline(level: Floats) -> Outline:
    """Marching squares over `level` (ny, nx), positive inside and negative all along the border."""
    ny, nx = level.shape
    inside = level > 0
    number = np.full(level.shape, -1, np.int64)
    nodes = np.flatnonzero(inside.ravel())
    number.ravel()[nodes] = np.arange(len(nodes))
    across, across_xy = _crossings(level[:, :-1], level[:, 1:], horizontal=True)
    down, down_xy = _crossings(level[:-1], level[1:], horizontal=False)
    across[across >= 0] += len(nodes)
    down[down >= 0] += len(nodes) + len(across_xy)
    named: list[Ints] = [number[:-1, :-1], number[1:, :-1], number[1:, 1:], number[:-1, 1:]]
    named += [down[:, :-1], across[1:], down[:, 1:], across[:-1]]
    corners = [inside[:-1, :-1], inside[1:, :-1], inside[1:, 1:], inside[:-1, 1:]]
    case = np.zeros((ny - 1, nx - 1), np.uint8)
    for k, corner in enumerate(corners):
        case |= corner.astype(np.uint8) << k
    parity = np.add.outer(np.arange(ny - 1), np.arange(nx - 1)) % 2
    found: list[Ints] = []
    for which, polygons in POLYGONS.items():
        here = case == which
        halves = [here & (parity == 0), here & (parity == 1)] if which == 15 else [here]
        for turn, cells in enumerate(halves):
            rows, columns = np.nonzero(cells)
            for polygon in polygons:
                turned = polygon[turn:] + polygon[:turn]
                ring = [named[k][rows, columns] for k in turned]
                fan = range(1, len(ring) - 1)
                found += [np.stack([ring[0], ring[k], ring[k + 1]], axis=-1) for k in fan]
    return Outline(nodes, np.concatenate([across_xy, down_xy]), np.concatenate(found))


def _crossings(a: Floats, b: Floats, *, horizontal: bool) -> tuple[Ints, Floats]:
    """Number the edges whose ends differ in sign, and place the crossing by linear interpolation."""
    rows, columns = np.nonzero((a > 0) != (b > 0))
    number = np.full(a.shape, -1, np.int64)
    number[rows, columns] = np.arange(len(rows))
    from_, to = a[rows, columns], b[rows, columns]
    along = np.clip(from_ / (from_ - to), 0.08, 0.92)
    x, y = (columns + along, rows) if horizontal else (columns, rows + along)
    return number, np.stack([x, y], axis=-1).astype(np.float32)
