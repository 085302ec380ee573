"""Segmenting the surface into charts and projecting each onto its plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vitrine.sandbox.engine.arrays import Floats, Ints
from vitrine.sandbox.engine.shape.surface import Surface
from vitrine.sandbox.engine.texturing.pack_charts import pack_charts

FRONT, BACK, RIGHT, LEFT, UPPER, LOWER = range(6)
STEEP = 0.35  # triangles with |nz| below this are the side band: the photo would be stretched threefold there
MIN_TRIANGLES = 8  # smaller components of the side band go to the front or back
GRID_CELLS = 10  # front and back are split into a grid with this many cells along the longest side
GUTTER = 4  # texels around each chart
SCALE_OF_KIND = np.array([1.0, 0.6, 0.9, 0.9, 0.9, 0.9])


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts of a surface, over vertices that are split along the seams."""

    triangles: Ints
    """(m, 3) int64, indices of split vertices"""
    source: Ints
    """(k,) int64, index of the surface point that each split vertex copies"""
    texels: Floats
    """(k, 2) float32, texture coordinates in texels, origin at the top left"""
    chart: Ints
    """(m,) int64, index of each triangle's chart"""
    kind: Ints
    """(c,) int64, FRONT … LOWER"""
    rectangles: Ints
    """(c, 4) int64: x, y, width, height in the texture, with the gutter"""
    origin: Floats
    """(c, 2) float64, the point of the chart's plane at its rectangle's top left corner, in photo pixels"""
    scale: Floats
    """(c,) float64, texels per photo pixel"""


def compute_charts(surface: Surface, normals: Floats, texture_size: int) -> Charts:
    """Compute the charts of a surface, project each onto its plane and pack them.

    The front and the back are split by a square grid, the steep side band by direction into connected
    components. A chart's plane is the photo's for front and back (x right, y down), else (z, y) or (x, z).
    `normals` is (n, 3) float32, unit normals of the surface's points; `texture_size` is in texels.
    """
    corner = surface.triangles
    mean = normals[corner].sum(axis=1)
    mean /= np.maximum(np.linalg.norm(mean, axis=-1, keepdims=True), 1e-9)
    kind = _kinds(mean)
    cells = GRID_CELLS**2
    key = kind * cells + _grid_cells(surface)
    side_band = np.flatnonzero(kind >= RIGHT)
    component = _label_components(corner[side_band], key[side_band], len(surface.points))
    is_small = np.bincount(component)[component] < MIN_TRIANGLES
    front_or_back = np.where(mean[:, 2] > 0, FRONT, BACK)
    kind[side_band[is_small]] = front_or_back[side_band[is_small]]
    key[side_band] = np.where(
        is_small, key[side_band] % cells + kind[side_band] * cells, 6 * cells + component
    )
    _, first, chart = np.unique(key, return_index=True, return_inverse=True)
    chart_kind = kind[first]
    split = np.unique(chart[:, None] * len(surface.points) + corner, return_inverse=True)
    chart_of_vertex, source = np.divmod(split[0], len(surface.points))
    plane = _project(surface.points[source], chart_kind[chart_of_vertex])
    low = np.full((len(first), 2), np.inf)
    high = np.full((len(first), 2), -np.inf)
    np.minimum.at(low, chart_of_vertex, plane)
    np.maximum.at(high, chart_of_vertex, plane)
    weight = SCALE_OF_KIND[chart_kind]
    scale, rectangles = pack_charts(low, high, weight, texture_size, GUTTER)
    origin = np.floor(low * scale[:, None]) / scale[:, None] - GUTTER / scale[:, None]
    texels = (plane - origin[chart_of_vertex]) * scale[chart_of_vertex, None]
    texels += rectangles[chart_of_vertex, :2]
    return Charts(
        triangles=split[1].reshape(-1, 3),
        source=source,
        texels=texels.astype(np.float32),
        chart=chart,
        kind=chart_kind,
        rectangles=rectangles,
        origin=origin,
        scale=scale,
    )


def _kinds(normal: Floats) -> Ints:
    """FRONT … LOWER (m,) by the triangles' unit normals (m, 3)."""
    is_steep = np.abs(normal[:, 2]) < STEEP
    sideways = np.abs(normal[:, 0]) > np.abs(normal[:, 1])
    side = np.where(
        sideways, np.where(normal[:, 0] > 0, RIGHT, LEFT), np.where(normal[:, 1] > 0, UPPER, LOWER)
    )
    kinds: Ints = np.where(is_steep, side, np.where(normal[:, 2] > 0, FRONT, BACK)).astype(np.int64)
    return kinds


def _grid_cells(surface: Surface) -> Ints:
    """The grid cell (m,) of each triangle's centroid."""
    centre = surface.points[surface.triangles][..., :2].mean(axis=1)
    low = centre.min(axis=0)
    side = float((centre.max(axis=0) - low).max()) * 1.0001 / GRID_CELLS
    column, row = ((centre - low) / side).astype(np.int64).T
    cells: Ints = row * GRID_CELLS + column
    return cells


def _label_components(corner: Ints, key: Ints, points: int) -> Ints:
    """Label (m,) the edge-connected components of triangles (m, 3) that share a key (m,)."""
    if not len(corner):
        return np.zeros(0, np.int64)
    edge = np.concatenate([corner[:, [0, 1]], corner[:, [1, 2]], corner[:, [2, 0]]])
    edge_id = edge.min(axis=1) * points + edge.max(axis=1)
    owner = np.tile(np.arange(len(corner)), 3)
    order = np.argsort(edge_id, kind="stable")
    edge_id, owner = edge_id[order], owner[order]
    same = np.flatnonzero(edge_id[1:] == edge_id[:-1])
    a, b = owner[same], owner[same + 1]
    connected = key[a] == key[b]
    a, b = a[connected], b[connected]
    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(len(corner), len(corner)))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _project(points: Floats, kind: Ints) -> Floats:
    """Project points (k, 3) onto the planes of their charts: (k, 2)."""
    x, y, z = points.T
    sideways = (kind == RIGHT) | (kind == LEFT)
    upward = (kind == UPPER) | (kind == LOWER)
    return np.stack([np.where(sideways, z, x), np.where(upward, z, -y)], axis=-1)
