"""Which texels a model's charts use; the rest of an atlas is gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices
from vitrine.gltf.model import Model

TOUCH = 0.01
"""A texel counts when its centre lies in a triangle, or this near to one, in texels."""
SMALL = 3
CLASSES = (5, 8, 16, 32)
"""Triangles are drawn by the size of their boxes, all of one size at once; larger ones one by one."""


@dataclass(slots=True)
class ChartMasks:
    """Where some materials' textures are read. Safe to share between threads."""

    model: Callable[[], Model]
    """Asked when the first mask is wanted: a simplified model does, when it is all that will be drawn"""
    materials: frozenset[int]
    masks: dict[tuple[int, int], npt.NDArray[np.bool_] | None] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def mask(self, width: int, height: int) -> npt.NDArray[np.bool_] | None:
        """(height, width) texels in use; `None` where UVs leave 0…1, so that any texel may be read."""
        with self.lock:
            if (width, height) not in self.masks:
                self.masks[width, height] = chart_mask(self._parts(), width, height)
            return self.masks[width, height]

    def _parts(self) -> tuple[tuple[Floats, Indices], ...]:
        meshes = [mesh for mesh in self.model().meshes if mesh.material in self.materials]
        return tuple((mesh.uvs, mesh.triangles) for mesh in meshes if mesh.uvs is not None)


def chart_mask(
    parts: tuple[tuple[Floats, Indices], ...], width: int, height: int
) -> npt.NDArray[np.bool_] | None:
    """(height, width) texels whose centre a triangle covers, and those that hold the middle of one.

    The rest may be empty: an atlas that was never dilated is black there.
    """
    mask = np.zeros((height, width), np.bool_)
    for uvs, triangles in parts:
        used = np.zeros(len(uvs), np.bool_)
        used[triangles.reshape(-1)] = True
        inner = uvs[used]
        if not len(inner) or float(inner.min()) < -0.001 or float(inner.max()) > 1.001:
            return None
        scale = np.array([width, height], np.float32)
        _draw(mask, (uvs * scale - np.float32(0.5)).T.copy(), triangles)
    return _closed(mask)


def _draw(mask: npt.NDArray[np.bool_], texels: Floats, triangles: Indices) -> None:
    """Mark what triangles cover. Of small ones the middle and three points around it are enough."""
    columns = triangles.T.copy()
    x = [texels[0][column] for column in columns]
    y = [texels[1][column] for column in columns]
    low_x, low_y = np.floor(_least(x)), np.floor(_least(y))
    span = np.maximum(np.ceil(_most(x)) - low_x, np.ceil(_most(y)) - low_y) + 1
    third, sixth = np.float32(1 / 3), np.float32(1 / 6)
    _mark(mask, (x[0] + x[1] + x[2]) * third, (y[0] + y[1] + y[2]) * third)
    wide = span > SMALL - 1
    whole_x, whole_y = (x[0] + x[1] + x[2])[wide], (y[0] + y[1] + y[2])[wide]
    for corner in range(3):
        _mark(mask, (whole_x + 3 * x[corner][wide]) * sixth, (whole_y + 3 * y[corner][wide]) * sixth)
    smaller = SMALL
    for size in (*CLASSES, 0):
        chosen = np.flatnonzero((span > smaller) & (span <= size)) if size else np.flatnonzero(span > smaller)
        step = max(1, 60_000 // size) if size else 1
        for start in range(0, len(chosen), step):
            some = chosen[start : start + step]
            corners = [(a[some], b[some]) for a, b in zip(x, y, strict=True)]
            _mark(mask, *_touched(corners, low_x[some], low_y[some], size or int(span[some[0]])))
        smaller = size


def _least(three: list[Floats]) -> Floats:
    return np.minimum(np.minimum(three[0], three[1]), three[2])


def _most(three: list[Floats]) -> Floats:
    return np.maximum(np.maximum(three[0], three[1]), three[2])


def _touched(
    corners: list[tuple[Floats, Floats]], low_x: Floats, low_y: Floats, size: int
) -> tuple[Floats, Floats]:
    """Texels (x, y) within `TOUCH` of the triangles, in boxes of `size` from their low corners."""
    steps = np.arange(size, dtype=np.float32)
    x, y = (low_x[:, None] + steps)[:, None, :], (low_y[:, None] + steps)[:, :, None]
    inside = np.ones((len(low_x), size, size), np.bool_)
    (ax, ay), (bx, by), (cx, cy) = corners
    turn = np.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
    for (sx, sy), (ex, ey) in zip(corners, (*corners[1:], corners[0]), strict=True):
        length = np.maximum(np.hypot(ex - sx, ey - sy), 1e-6) * np.where(turn == 0, 1, turn)
        dx, dy = (ex - sx) / length, (ey - sy) / length
        # Signed distance to the side, as one multiplication and one addition an axis.
        inside &= dx[:, None, None] * y - dy[:, None, None] * x >= (dx * sy - dy * sx - TOUCH)[:, None, None]
    number, row, column = np.nonzero(inside)
    return low_x[number] + column, low_y[number] + row


def _mark(mask: npt.NDArray[np.bool_], x: Floats, y: Floats) -> None:
    height, width = mask.shape
    columns = np.clip(np.rint(x).astype(np.int32), 0, width - 1)
    rows = np.clip(np.rint(y).astype(np.int32), 0, height - 1)
    mask[rows, columns] = True


def _closed(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Holes of one texel between marks filled, borders where they were: grown once, shrunk once."""
    return ~_grown(~_grown(mask))


def _grown(mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    wide = mask.copy()
    wide[1:] |= mask[:-1]
    wide[:-1] |= mask[1:]
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    return wide
