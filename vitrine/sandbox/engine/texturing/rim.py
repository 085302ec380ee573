"""Painting the steep rim, which the photo hardly saw."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from vitrine.sandbox.engine.arrays import Bytes, Floats, Ints, Mask
from vitrine.sandbox.engine.shape.shape import Shape
from vitrine.sandbox.engine.shape.surface import Surface, flattened
from vitrine.sandbox.engine.texturing.charts import RIGHT, STEEP, Charts

CHUNK = 2_000_000  # texels looked at together
SLACK = 1e-3  # of a triangle, so that no texel between two of them is missed
REACH = 0.8  # how far into the photo the rim looks, in units of the body's thickness there


def paint_rim(
    atlas: Bytes,
    covered: Mask,
    layers: tuple[Bytes, Bytes],
    margin: int,
    surface: Surface,
    normals: Floats,
    charts: Charts,
    shape: Shape,
) -> None:
    """Wrap the photo's outermost colours around the rim, mirrored inwards, fading into the back.

    Where the rim meets the front it shows the photo at that very point; the further round, the further
    inside the photo it looks, so that the colours do not smear into streaks.
    """
    rim = np.flatnonzero(charts.kind[charts.chart] >= RIGHT)
    if not len(rim):
        return
    corner = charts.triangles[rim]
    point, normal = surface.points[charts.source], normals[charts.source]
    x, y = point[:, 0], -point[:, 1]
    sx, sy = shape.spacing_px
    thickness = ndimage.map_coordinates(shape.body, [y / sy - 0.5, x / sx - 0.5], order=1, mode="nearest")
    inward = np.stack([-normal[:, 0], normal[:, 1]], axis=-1)
    inward /= np.maximum(np.linalg.norm(inward, axis=-1, keepdims=True), 1e-6)
    round_ = np.clip(STEEP - normal[:, 2], 0, 1.2 * STEEP)
    height = np.abs(point[:, 2]) / np.maximum(flattened(thickness, shape.limit_px), 1)
    outer = np.clip((0.8 - height) / 0.2, 0, 1)  # what is steep high up is relief, and the photo saw it
    look = np.stack([x, y], axis=-1) + inward * (REACH * round_ * thickness * outer)[:, None]
    fade = np.clip((0.1 - normal[:, 2]) / (0.1 + STEEP), 0, 1)
    fade = np.where(point[:, 2] > 0, fade * outer, np.maximum(fade, 1 - outer))
    values = np.concatenate([look, fade[:, None]], axis=-1).astype(np.float32)
    for x_texel, y_texel, value in _rasterise(charts.texels[corner], values[corner], len(atlas)):
        atlas[y_texel, x_texel] = _look_up(layers, value, margin)
        covered[y_texel, x_texel] = True


def _rasterise(texels: Floats, values: Floats, side: int) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Yield (x (n,), y (n,), interpolated values (n, 3)) of the texels whose centre a triangle covers."""
    low = np.clip(np.floor(texels.min(axis=1) - 0.5), 0, side - 1).astype(np.int64)
    high = np.clip(np.ceil(texels.max(axis=1) + 0.5), 1, side).astype(np.int64)
    width, height = (high - low).T
    count = width * height
    ends = np.cumsum(count)
    corner = [texels[:, k, axis] for k in range(3) for axis in range(2)]
    ax, ay, bx, by, cx, cy = corner
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    area = np.where(np.abs(area) < 1e-9, np.float32(1e-9), area)
    start = 0
    while start < len(texels):
        base = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, base + CHUNK)))
        part = slice(start, stop)
        which = np.repeat(np.arange(start, stop), count[part])
        offset = np.arange(len(which)) - np.repeat(ends[part] - count[part] - base, count[part])
        row, column = np.divmod(offset, width[which])
        column += low[which, 0]
        row += low[which, 1]
        px = column.astype(np.float32) + np.float32(0.5) - ax[which]
        py = row.astype(np.float32) + np.float32(0.5) - ay[which]
        weight_b = (px * (cy - ay)[which] - py * (cx - ax)[which]) / area[which]
        weight_c = ((bx - ax)[which] * py - (by - ay)[which] * px) / area[which]
        inside = (weight_b >= -SLACK) & (weight_c >= -SLACK) & (weight_b + weight_c <= 1 + SLACK)
        triangle, weight_b, weight_c = which[inside], weight_b[inside, None], weight_c[inside, None]
        of = values[triangle]
        value = of[:, 0] * (1 - weight_b - weight_c) + of[:, 1] * weight_b + of[:, 2] * weight_c
        yield column[inside], row[inside], value
        start = stop


def _look_up(layers: tuple[Bytes, Bytes], value: Floats, margin: int) -> Bytes:
    """A bilinear sample of the front and a plain one of the (smooth) back, mixed by the third value."""
    front, back = (layer.reshape(-1, layer.shape[2]) for layer in layers)
    height, width = layers[0].shape[:2]
    x = np.clip(value[:, 0] + margin - 0.5, 0, width - 1.001)
    y = np.clip(value[:, 1] + margin - 0.5, 0, height - 1.001)
    i, j = x.astype(np.int32), y.astype(np.int32)
    fx, fy, mix = x - i, y - j, value[:, 2]
    place = j * width + i
    share = 1 - mix
    mixed = back[place + (fx > 0.5) + width * (fy > 0.5)] * mix[:, None]
    mixed += front[place] * ((1 - fx) * (1 - fy) * share)[:, None]
    mixed += front[place + 1] * (fx * (1 - fy) * share)[:, None]
    mixed += front[place + width] * ((1 - fx) * fy * share)[:, None]
    mixed += front[place + width + 1] * (fx * fy * share)[:, None]
    colour: Bytes = (mixed + np.float32(0.5)).astype(np.uint8)
    return colour
