"""Which texels of an atlas the charts of a model use.

This rasteriser also marks texels next to an edge, and fills holes of one texel, so that padding does not grow
into a chart. `vitrine.render.rays.covered_texels` is exact, and gives barycentric coordinates, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from vitrine.arrays import Bools, Floats, Indices
from vitrine.gltf.model import Model

TOLERANCE_PX = 0.01
"""A texel counts when its centre lies in a triangle, or this near to an edge of one."""
SMALL_PX = 3
SIZE_CLASSES_PX = (5, 8, 16, 32)
"""Triangles are rasterised by the size of their bounding boxes, all of one class at once; larger ones one by
one"""
BATCH_TEXELS = 60_000
UV_TOLERANCE = 0.001


@dataclass(slots=True)
class ChartMasks:
    """The texels that triangles with some materials use, at any size. Safe to share between threads."""

    model: Callable[[], Model]
    """Returns the model whose UVs are rasterised. It is called for the first mask, so that a simplified model
    can be passed before it exists"""
    materials: frozenset[int]
    masks: dict[tuple[int, int], Bools | None] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def mask(self, width: int, height: int) -> Bools | None:
        """Return the texels in use, (height, width) bool; `None` where UVs leave 0…1 and all may be read."""
        with self.lock:
            if (width, height) not in self.masks:
                self.masks[width, height] = chart_mask(self._parts(), width, height)
            return self.masks[width, height]

    def _parts(self) -> tuple[tuple[Floats, Indices], ...]:
        meshes = [mesh for mesh in self.model().meshes if mesh.material in self.materials]
        return tuple((mesh.uvs, mesh.triangles) for mesh in meshes if mesh.uvs is not None)


def chart_mask(parts: Sequence[tuple[Floats, Indices]], width: int, height: int) -> Bools | None:
    """Return the texels whose centres triangles cover, and those that hold the centroid of a triangle.

    Parameters
    ----------
    parts : sequence of ((n, 2) float32, (m, 3) uint32)
        UVs and triangles
    width, height : int
        Size of the atlas in texels

    Returns
    -------
    (height, width) bool, or None
        `None` where UVs leave 0…1, so that the texture repeats and any texel may be read
    """
    mask = np.zeros((height, width), np.bool_)
    for uvs, triangles in parts:
        used = np.zeros(len(uvs), np.bool_)
        used[triangles.reshape(-1)] = True
        used_uvs = uvs[used]
        if not len(used_uvs):
            return None
        if float(used_uvs.min()) < -UV_TOLERANCE or float(used_uvs.max()) > 1 + UV_TOLERANCE:
            return None
        scale = np.array([width, height], np.float32)
        _rasterize(mask, (uvs * scale - np.float32(0.5)).T.copy(), triangles)
    return close_holes(mask)


def close_holes(mask: Bools) -> Bools:
    """Fill holes of one texel in (h, w) bool: binary closing with a cross of five texels.

    The erosion takes texels outside the image as set, so that the border stays.
    """
    return ~_dilate(~_dilate(mask))


def _dilate(mask: Bools) -> Bools:
    """Set the texels beside set ones, too."""
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    return wide


def _rasterize(mask: Bools, texels: Floats, triangles: Indices) -> None:
    """Mark what triangles (m, 3) cover; `texels` are the vertices' x and y, (2, n) float32, in texels.

    Of triangles smaller than `SMALL_PX` the centroid is enough; the others get three points around it, too,
    and all texels that they cover.
    """
    columns = triangles.T.copy()
    x = [texels[0][column] for column in columns]
    y = [texels[1][column] for column in columns]
    low_x, low_y = np.floor(_min_of_three(x)), np.floor(_min_of_three(y))
    span = np.maximum(np.ceil(_max_of_three(x)) - low_x, np.ceil(_max_of_three(y)) - low_y) + 1
    third, sixth = np.float32(1 / 3), np.float32(1 / 6)
    _mark(mask, (x[0] + x[1] + x[2]) * third, (y[0] + y[1] + y[2]) * third)
    wide = span > SMALL_PX - 1
    sum_x, sum_y = (x[0] + x[1] + x[2])[wide], (y[0] + y[1] + y[2])[wide]
    for corner in range(3):
        _mark(mask, (sum_x + 3 * x[corner][wide]) * sixth, (sum_y + 3 * y[corner][wide]) * sixth)
    smaller = SMALL_PX
    for size in (*SIZE_CLASSES_PX, 0):
        chosen = np.flatnonzero((span > smaller) & (span <= size)) if size else np.flatnonzero(span > smaller)
        step = max(1, BATCH_TEXELS // size) if size else 1
        for start in range(0, len(chosen), step):
            batch = chosen[start : start + step]
            corners = [(a[batch], b[batch]) for a, b in zip(x, y, strict=True)]
            box_px = size or int(span[batch[0]])
            _mark(mask, *_covered_texels(corners, low_x[batch], low_y[batch], box_px))
        smaller = size


def _min_of_three(values: list[Floats]) -> Floats:
    return np.minimum(np.minimum(values[0], values[1]), values[2])


def _max_of_three(values: list[Floats]) -> Floats:
    return np.maximum(np.maximum(values[0], values[1]), values[2])


def _covered_texels(
    corners: list[tuple[Floats, Floats]], low_x: Floats, low_y: Floats, box_px: int
) -> tuple[Floats, Floats]:
    """X and y of texels within `TOLERANCE_PX` of triangles, in boxes of `box_px` from the low corners."""
    steps = np.arange(box_px, dtype=np.float32)
    x, y = (low_x[:, None] + steps)[:, None, :], (low_y[:, None] + steps)[:, :, None]
    inside = np.ones((len(low_x), box_px, box_px), np.bool_)
    (ax, ay), (bx, by), (cx, cy) = corners
    winding = np.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
    for (sx, sy), (ex, ey) in zip(corners, (*corners[1:], corners[0]), strict=True):
        length = np.maximum(np.hypot(ex - sx, ey - sy), 1e-6) * np.where(winding == 0, 1, winding)
        dx, dy = (ex - sx) / length, (ey - sy) / length
        # Signed distance to the edge, as one multiplication and one addition an axis.
        limit = dx * sy - dy * sx - TOLERANCE_PX
        inside &= dx[:, None, None] * y - dy[:, None, None] * x >= limit[:, None, None]
    number, row, column = np.nonzero(inside)
    return low_x[number] + column, low_y[number] + row


def _mark(mask: Bools, x: Floats, y: Floats) -> None:
    height, width = mask.shape
    columns = np.clip(np.rint(x).astype(np.int32), 0, width - 1)
    rows = np.clip(np.rint(y).astype(np.int32), 0, height - 1)
    mask[rows, columns] = True
