"""The photo onto the charts: base colour and metallic-roughness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from vitrine.sandbox.engine.arrays import LUMINANCE, Bytes, Floats, Mask
from vitrine.sandbox.engine.charts import BACK, FRONT, GUTTER, Charts
from vitrine.sandbox.engine.cutout import Cutout
from vitrine.sandbox.engine.fill import fill_colours
from vitrine.sandbox.engine.rim import paint_rim
from vitrine.sandbox.engine.shape import Shape
from vitrine.sandbox.engine.surface import Surface

MARGIN = 32  # pixels added around the photo, so that gutters have something to copy


@dataclass(frozen=True, slots=True)
class Textures:
    """Both textures of the material, (side, side, channels) uint8."""

    base_color: Bytes
    """sRGB and alpha"""
    metallic_roughness: Bytes
    """0, roughness, metalness: linear"""


def bake(
    cutout: Cutout, surface: Surface, normals: Floats, charts: Charts, shape: Shape, side: int
) -> Textures:
    """Paint every chart, gutter included; what lies between charts gets the colours around it."""
    front, back = _front_and_back(cutout)
    atlas = np.zeros((side, side, 5), np.uint8)
    covered = np.zeros((side, side), bool)
    for kind, layers in ((FRONT, front), (BACK, back)):
        for chart in np.flatnonzero(charts.kind == kind):
            _paint_tile(atlas, covered, layers, charts, int(chart))
    paint_rim(atlas, covered, (front, back), MARGIN, surface, normals, charts, shape)
    _grow(atlas, covered, GUTTER - 1)
    _fill_gaps(atlas, covered)
    base = np.concatenate([atlas[..., :3], np.full((side, side, 1), 255, np.uint8)], axis=-1)
    rough = np.concatenate([np.zeros((side, side, 1), np.uint8), atlas[..., 3:]], axis=-1)
    return Textures(base, rough)


def _front_and_back(cutout: Cutout) -> tuple[Bytes, Bytes]:
    """(h, w, 5) uint8 each: red, green, blue, roughness, metalness, with a margin.

    The back is the photo seen through the body, blurred so that no face looks out of it, and darker.
    """
    trusted = np.clip((cutout.alpha - 0.75) / 0.25, 0, 1)
    rgb = fill_colours(cutout.rgb, trusted)
    longest = max(cutout.alpha.shape)
    light = rgb @ LUMINANCE
    smooth = ndimage.gaussian_filter(light, longest * 0.012)
    gloss = np.sqrt(ndimage.gaussian_filter((light - smooth) ** 2, longest * 0.012))
    roughness = np.clip(0.78 - 1.2 * gloss - 0.25 * np.maximum(light - smooth, 0), 0.3, 0.95)
    metalness = np.clip((gloss - 0.1) * 1.5, 0, 0.3)
    front = np.concatenate([rgb, roughness[..., None], metalness[..., None]], axis=-1)
    sigma = (longest * 0.022, longest * 0.022, 0)
    blurred = ndimage.gaussian_filter(front, sigma, mode="nearest", truncate=3)
    grain = ndimage.gaussian_filter(light, 1.5) - ndimage.gaussian_filter(light, longest * 0.01)
    blurred[..., :3] = blurred[..., :3] * 0.82 + 0.3 * grain[..., None]
    return _to_bytes(front), _to_bytes(blurred)


def _to_bytes(layers: Floats) -> Bytes:
    padded = np.pad(layers, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), mode="edge")
    return (np.clip(padded, 0, 1) * 255 + 0.5).astype(np.uint8)


def _paint_tile(atlas: Bytes, covered: Mask, layers: Bytes, charts: Charts, chart: int) -> None:
    x, y, width, height = (int(v) for v in charts.rectangles[chart])
    left, top = charts.origin[chart] + MARGIN
    right, bottom = left + width / charts.scale[chart], top + height / charts.scale[chart]
    limit_y, limit_x = layers.shape[:2]
    box = (max(left, 0), max(top, 0), min(right, limit_x), min(bottom, limit_y))
    for first, last in ((0, 3), (3, 5)):
        channels = layers[..., first:last]
        i, j = int(box[0]), int(box[1])
        i, j = max(i - 4, 0), max(j - 4, 0)
        part = np.ascontiguousarray(channels[j : int(box[3]) + 5, i : int(box[2]) + 5])
        image = (
            Image.fromarray(part) if last == 3 else Image.fromarray(np.pad(part, ((0, 0), (0, 0), (0, 1))))
        )
        moved = (box[0] - i, box[1] - j, box[2] - i, box[3] - j)
        scaled = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC, box=moved))
        atlas[y : y + height, x : x + width, first:last] = scaled[..., : last - first]
    covered[y : y + height, x : x + width] = True


def _grow(atlas: Bytes, covered: Mask, texels: int) -> None:
    """Dilate what is painted, so that sampling at a chart's border finds the chart's own colours."""
    side = len(atlas)
    flat, known = atlas.reshape(-1, atlas.shape[2]), covered.reshape(-1)
    for _ in range(texels):
        painted = np.pad(covered, 1)
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            beside = painted[1 + dy : side + 1 + dy, 1 + dx : side + 1 + dx]
            place = np.flatnonzero((beside & ~covered).ravel())
            flat[place] = flat[place + dy * side + dx]
            known[place] = True


def _fill_gaps(atlas: Bytes, covered: Mask, step: int = 4) -> None:
    """Smooth colours between the charts, so that smaller mip levels do not darken their borders."""
    side = len(atlas) // step * step
    blocks = covered[:side, :side].reshape(side // step, step, side // step, step)
    weight = blocks.mean(axis=(1, 3), dtype=np.float32)
    sums = (
        (atlas * covered[..., None])[:side, :side]
        .reshape(*blocks.shape, 5)
        .sum(axis=(1, 3), dtype=np.float32)
    )
    mean = sums / np.maximum(weight[..., None] * step * step, 1e-6)
    filled = fill_colours(mean, np.minimum(weight * 4, 1))
    smooth = (np.clip(filled, 0, 255) + 0.5).astype(np.uint8).repeat(step, 0).repeat(step, 1)
    atlas[~covered] = smooth[~covered]
