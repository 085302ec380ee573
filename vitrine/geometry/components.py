"""Which triangles hang together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vitrine.arrays import Floats, Indices


@dataclass(frozen=True, slots=True)
class Parts:
    """Loose parts of a mesh, numbered from 0."""

    count: int
    of_triangle: npt.NDArray[np.int32]
    """(m,) the part each triangle belongs to"""
    triangles: npt.NDArray[np.int64]
    """(count,) triangles in each"""


def find_parts(corners: Indices, place_count: int) -> Parts:
    """Parts that share no place. `corners` is (m, 3), welded by position (`weld_positions`)."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    rows, columns = np.concatenate([a, b]), np.concatenate([b, c])
    links = coo_array((np.ones(len(rows), np.bool_), (rows, columns)), shape=(place_count, place_count))
    _, labels = connected_components(links, directed=False)
    _, of_triangle = np.unique(labels[a], return_inverse=True)
    triangles = np.bincount(of_triangle) if len(corners) else np.zeros(0, np.int64)
    return Parts(len(triangles), of_triangle.astype(np.int32), triangles)


def part_extents(positions: Floats, triangles: Indices, parts: Parts) -> npt.NDArray[np.float64]:
    """(count,) length of each part's bounding-box diagonal."""
    low = np.full((parts.count, 3), np.inf)
    high = np.full((parts.count, 3), -np.inf)
    order = np.argsort(parts.of_triangle, kind="stable")
    starts = np.concatenate([[0], np.cumsum(parts.triangles)[:-1]])
    points = positions[triangles[order]]
    if parts.count:
        low = np.minimum.reduceat(points.min(axis=1), starts, axis=0)
        high = np.maximum.reduceat(points.max(axis=1), starts, axis=0)
    return np.asarray(np.linalg.norm(high - low, axis=1), np.float64)
