"""Meshing a silhouette with marching squares; the border lies on the interpolated contour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.sandbox.engine.arrays import Floats, Ints

# Corners 0…3 and edge crossings 4…7 of a cell, counter-clockwise as the image shows it (y down):
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
class SilhouetteMesh:
    """A flat mesh over grid nodes and contour points; coordinates in cells, y down."""

    nodes: Ints
    """(n,) int64, flat indices of the grid nodes inside: vertices 0…n-1."""
    contour: Floats
    """(m, 2) float32 x, y of the contour points: vertices n…n+m-1."""
    triangles: Ints
    """(t, 3), int64, counter-clockwise as the image shows them"""


def mesh_silhouette(level_set: Floats) -> SilhouetteMesh:
    """Triangulate the inside of a level set with marching squares.

    `level_set` is (ny, nx) float32, positive inside, and negative in the outermost rows and columns. Cells
    that are inside as a whole are split along alternating diagonals.
    """
    ny, nx = level_set.shape
    inside = level_set > 0
    node_index = np.full(level_set.shape, -1, np.int64)
    nodes = np.flatnonzero(inside.ravel())
    node_index.ravel()[nodes] = np.arange(len(nodes))
    across, across_xy = _crossings(level_set[:, :-1], level_set[:, 1:], horizontal=True)
    down, down_xy = _crossings(level_set[:-1], level_set[1:], horizontal=False)
    across[across >= 0] += len(nodes)
    down[down >= 0] += len(nodes) + len(across_xy)
    cell_vertices: list[Ints] = [
        node_index[:-1, :-1],
        node_index[1:, :-1],
        node_index[1:, 1:],
        node_index[:-1, 1:],
    ]
    cell_vertices += [down[:, :-1], across[1:], down[:, 1:], across[:-1]]
    corners = [inside[:-1, :-1], inside[1:, :-1], inside[1:, 1:], inside[:-1, 1:]]
    case = np.zeros((ny - 1, nx - 1), np.uint8)
    for k, is_inside in enumerate(corners):
        case |= is_inside.astype(np.uint8) << k
    parity = np.add.outer(np.arange(ny - 1), np.arange(nx - 1)) % 2
    triangles: list[Ints] = []
    for number, polygons in POLYGONS.items():
        matching = case == number
        groups = [matching & (parity == 0), matching & (parity == 1)] if number == 15 else [matching]
        for first, cells in enumerate(groups):
            rows, columns = np.nonzero(cells)
            for polygon in polygons:
                rotated = polygon[first:] + polygon[:first]
                corner = [cell_vertices[k][rows, columns] for k in rotated]
                fan = range(1, len(corner) - 1)
                triangles += [np.stack([corner[0], corner[k], corner[k + 1]], axis=-1) for k in fan]
    return SilhouetteMesh(nodes, np.concatenate([across_xy, down_xy]), np.concatenate(triangles))


def _crossings(a: Floats, b: Floats, *, horizontal: bool) -> tuple[Ints, Floats]:
    """Number the grid edges that the contour crosses; interpolate the crossings linearly.

    Returns the number of each edge ((rows, columns) int64, -1 without a crossing) and x, y ((n, 2) float32).
    """
    rows, columns = np.nonzero((a > 0) != (b > 0))
    number = np.full(a.shape, -1, np.int64)
    number[rows, columns] = np.arange(len(rows))
    from_, to = a[rows, columns], b[rows, columns]
    along = np.clip(from_ / (from_ - to), 0.08, 0.92)
    x, y = (columns + along, rows) if horizontal else (columns, rows + along)
    return number, np.stack([x, y], axis=-1).astype(np.float32)
