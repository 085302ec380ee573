"""Baking the steep side band, which the photo hardly shows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from vitrine.sandbox.engine.arrays import Bytes, Floats, Ints, Mask
from vitrine.sandbox.engine.shape.heightfields import Heightfields
from vitrine.sandbox.engine.shape.surface import Surface, limit_thickness
from vitrine.sandbox.engine.texturing.compute_charts import RIGHT, STEEP, Charts

CHUNK = 2_000_000  # texels rasterised at a time
TOLERANCE = 1e-3  # of a barycentric coordinate, so that no texel between two triangles is missed
INSET = 0.8  # how far inside the photo the side band samples, relative to the local thickness


def bake_side_band(
    atlas: Bytes,
    covered: Mask,
    layers: tuple[Bytes, Bytes],
    margin: int,
    surface: Surface,
    normals: Floats,
    charts: Charts,
    fields: Heightfields,
) -> None:
    """Bake the photo's outermost colours onto the side band, mirrored inwards and blended into the back.

    Next to the front, the side band samples the photo at the point itself; towards the back it samples
    further inside, so that the colours do not become streaks.

    Parameters
    ----------
    atlas : (s, s, 3) uint8, written in place. covered : (s, s) bool, set where texels are written.
    layers : front and back image, (h, w, 3) uint8 each, with `margin` pixels around the photo.
    normals : (n, 3) float32, unit normals of the surface's points.
    """
    side_band = np.flatnonzero(charts.kind[charts.chart] >= RIGHT)
    if not len(side_band):
        return
    corner = charts.triangles[side_band]
    point, normal = surface.points[charts.source], normals[charts.source]
    x, y = point[:, 0], -point[:, 1]
    sx, sy = fields.spacing_px
    grid_point = [y / sy - 0.5, x / sx - 0.5]
    thickness = ndimage.map_coordinates(fields.local_thickness, grid_point, order=1, mode="nearest")
    inward = np.stack([-normal[:, 0], normal[:, 1]], axis=-1)
    inward /= np.maximum(np.linalg.norm(inward, axis=-1, keepdims=True), 1e-6)
    angle_weight = np.clip(STEEP - normal[:, 2], 0, 1.2 * STEEP)
    height = np.abs(point[:, 2]) / np.maximum(limit_thickness(thickness, fields.max_thickness_px), 1)
    outer = np.clip((0.8 - height) / 0.2, 0, 1)  # steep triangles higher up are relief, which the photo shows
    sample = np.stack([x, y], axis=-1) + inward * (INSET * angle_weight * thickness * outer)[:, None]
    blend = np.clip((0.1 - normal[:, 2]) / (0.1 + STEEP), 0, 1)
    blend = np.where(point[:, 2] > 0, blend * outer, np.maximum(blend, 1 - outer))
    values = np.concatenate([sample, blend[:, None]], axis=-1).astype(np.float32)
    for x_texel, y_texel, value in _rasterise(charts.texels[corner], values[corner], len(atlas)):
        atlas[y_texel, x_texel] = _sample_layers(layers, value, margin)
        covered[y_texel, x_texel] = True


def _rasterise(texels: Floats, values: Floats, side: int) -> Iterator[tuple[Ints, Ints, Floats]]:
    """Interpolate the values (m, 3, 3) of triangles (m, 3, 2) over the texels whose centres they cover.

    Yields (x (n,), y (n,), values (n, 3)) for chunks of triangles.
    """
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
        inside = (weight_b >= -TOLERANCE) & (weight_c >= -TOLERANCE) & (weight_b + weight_c <= 1 + TOLERANCE)
        triangle, weight_b, weight_c = which[inside], weight_b[inside, None], weight_c[inside, None]
        of = values[triangle]
        value = of[:, 0] * (1 - weight_b - weight_c) + of[:, 1] * weight_b + of[:, 2] * weight_c
        yield column[inside], row[inside], value
        start = stop


def _sample_layers(layers: tuple[Bytes, Bytes], value: Floats, margin: int) -> Bytes:
    """Colours (n, 3) uint8 at `value` (n, 3): x, y in photo pixels, and the share of the back.

    The front is sampled bilinearly, the back, which is smooth, at the nearest pixel.
    """
    front, back = (layer.reshape(-1, layer.shape[2]) for layer in layers)
    height, width = layers[0].shape[:2]
    x = np.clip(value[:, 0] + margin - 0.5, 0, width - 1.001)
    y = np.clip(value[:, 1] + margin - 0.5, 0, height - 1.001)
    i, j = x.astype(np.int32), y.astype(np.int32)
    fx, fy, back_share = x - i, y - j, value[:, 2]
    pixel = j * width + i
    front_share = 1 - back_share
    mixed = back[pixel + (fx > 0.5) + width * (fy > 0.5)] * back_share[:, None]
    mixed += front[pixel] * ((1 - fx) * (1 - fy) * front_share)[:, None]
    mixed += front[pixel + 1] * (fx * (1 - fy) * front_share)[:, None]
    mixed += front[pixel + width] * ((1 - fx) * fy * front_share)[:, None]
    mixed += front[pixel + width + 1] * (fx * fy * front_share)[:, None]
    colour: Bytes = (mixed + np.float32(0.5)).astype(np.uint8)
    return colour
