"""Cutting the surface into charts and packing them into the texture square."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from vitrine.sandbox.engine.arrays import Floats, Ints
from vitrine.sandbox.engine.shape.surface import Surface
from vitrine.sandbox.engine.texturing.packing import pack

FRONT, BACK, RIGHT, LEFT, UPPER, LOWER = range(6)
STEEP = 0.35  # |nz| below this is rim: seen from the front it would be stretched threefold
SMALLEST = 8  # triangles: what is less than this stays with the front or back
TILES = 10  # charts of the front and back are at most this fraction of the longest side
GUTTER = 4  # texels around each chart
SCALE_OF_KIND = np.array([1.0, 0.6, 0.9, 0.9, 0.9, 0.9])


@dataclass(frozen=True, slots=True)
class Charts:
    """Triangles over vertices that are split where charts meet."""

    triangles: Ints
    """(m, 3) indices of split vertices"""
    source: Ints
    """(k,) the surface point that each split vertex copies"""
    texels: Floats
    """(k, 2) float32, position in the texture in texels, origin top left"""
    chart: Ints
    """(m,) the chart of each triangle"""
    kind: Ints
    """(c,) FRONT … LOWER"""
    rectangles: Ints
    """(c, 4) x, y, width, height in the texture, gutter included"""
    origin: Floats
    """(c, 2) what lies at a rectangle's top left corner, in photo pixels of the chart's plane"""
    scale: Floats
    """(c,) texels per photo pixel"""


def cut_charts(surface: Surface, normals: Floats, texture_size: int) -> Charts:
    """Front and back in square tiles, the steep rim by direction and connection; each projected flat.

    A chart's plane is the picture's for front and back (x right, y down), else (z, y) or (x, z).
    """
    corner = surface.triangles
    mean = normals[corner].sum(axis=1)
    mean /= np.maximum(np.linalg.norm(mean, axis=-1, keepdims=True), 1e-9)
    kind = _kinds(mean)
    key = kind * TILES**2 + _tiles(surface)
    rim = np.flatnonzero(kind >= RIGHT)
    part = _components(corner[rim], key[rim], len(surface.points))
    crumb = np.bincount(part)[part] < SMALLEST
    plain = np.where(mean[:, 2] > 0, FRONT, BACK)
    kind[rim[crumb]] = plain[rim[crumb]]
    key[rim] = np.where(crumb, key[rim] % TILES**2 + kind[rim] * TILES**2, 6 * TILES**2 + part)
    _, first, chart = np.unique(key, return_index=True, return_inverse=True)
    chart_kind = kind[first]
    split = np.unique(chart[:, None] * len(surface.points) + corner, return_inverse=True)
    chart_of_vertex, source = np.divmod(split[0], len(surface.points))
    plane = _projected(surface.points[source], chart_kind[chart_of_vertex])
    low = np.full((len(first), 2), np.inf)
    high = np.full((len(first), 2), -np.inf)
    np.minimum.at(low, chart_of_vertex, plane)
    np.maximum.at(high, chart_of_vertex, plane)
    weight = SCALE_OF_KIND[chart_kind]
    scale, rectangles = pack(low, high, weight, texture_size, GUTTER)
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
    steep = np.abs(normal[:, 2]) < STEEP
    sideways = np.abs(normal[:, 0]) > np.abs(normal[:, 1])
    rim = np.where(
        sideways, np.where(normal[:, 0] > 0, RIGHT, LEFT), np.where(normal[:, 1] > 0, UPPER, LOWER)
    )
    kinds: Ints = np.where(steep, rim, np.where(normal[:, 2] > 0, FRONT, BACK)).astype(np.int64)
    return kinds


def _tiles(surface: Surface) -> Ints:
    centre = surface.points[surface.triangles][..., :2].mean(axis=1)
    low = centre.min(axis=0)
    side = float((centre.max(axis=0) - low).max()) * 1.0001 / TILES
    column, row = ((centre - low) / side).astype(np.int64).T
    tiles: Ints = row * TILES + column
    return tiles


def _components(corner: Ints, key: Ints, points: int) -> Ints:
    """Number the edge-connected parts of triangles that share a key."""
    if not len(corner):
        return np.zeros(0, np.int64)
    edge = np.concatenate([corner[:, [0, 1]], corner[:, [1, 2]], corner[:, [2, 0]]])
    name = edge.min(axis=1) * points + edge.max(axis=1)
    owner = np.tile(np.arange(len(corner)), 3)
    order = np.argsort(name, kind="stable")
    name, owner = name[order], owner[order]
    same = np.flatnonzero(name[1:] == name[:-1])
    a, b = owner[same], owner[same + 1]
    joined = key[a] == key[b]
    a, b = a[joined], b[joined]
    graph = coo_array((np.ones(len(a), np.int8), (a, b)), shape=(len(corner), len(corner)))
    labels: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _projected(points: Floats, kind: Ints) -> Floats:
    x, y, z = points.T
    sideways = (kind == RIGHT) | (kind == LEFT)
    upward = (kind == UPPER) | (kind == LOWER)
    return np.stack([np.where(sideways, z, x), np.where(upward, z, -y)], axis=-1)
