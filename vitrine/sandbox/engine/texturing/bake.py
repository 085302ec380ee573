"""The photo onto the charts: base colour and metallic-roughness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from vitrine.sandbox.engine.arrays import LUMINANCE, Bytes, Floats, Mask
from vitrine.sandbox.engine.photo.blur import blur
from vitrine.sandbox.engine.photo.cutout import Cutout
from vitrine.sandbox.engine.photo.fill import fill_colours
from vitrine.sandbox.engine.shape.shape import Shape
from vitrine.sandbox.engine.shape.surface import Surface
from vitrine.sandbox.engine.texturing.charts import BACK, FRONT, GUTTER, Charts
from vitrine.sandbox.engine.texturing.rim import paint_rim

MARGIN = 32  # pixels added around the photo, so that gutters have something to copy
GAP_STEP = 8  # what lies between charts is filled at this fraction of the resolution


@dataclass(frozen=True, slots=True)
class Textures:
    """Both textures of the material."""

    base_color: Image.Image
    """RGBA: sRGB and alpha"""
    metallic_roughness: Image.Image
    """RGB: 0, roughness, metalness; linear"""


def bake(
    cutout: Cutout, surface: Surface, normals: Floats, charts: Charts, shape: Shape, side: int
) -> Textures:
    """Paint every chart, gutter included; what lies between charts gets the colours around it."""
    front, back = _front_and_back(cutout)
    atlas = np.zeros((side, side, 3), np.uint8)
    covered = np.zeros((side, side), bool)
    for kind, layer in ((FRONT, front), (BACK, back)):
        image = Image.fromarray(layer)
        for chart in np.flatnonzero(charts.kind == kind).tolist():
            _paint_tile(atlas, covered, image, charts, chart)
    paint_rim(atlas, covered, (front, back), MARGIN, surface, normals, charts, shape)
    _grow(atlas, covered, GUTTER - 1)
    color = _without_gaps(atlas, covered)
    light = color.convert("L")
    empty = Image.new("L", color.size, 0)
    rough = light.point([round(255 * (0.9 - 0.35 * (v / 255) ** 1.5)) for v in range(256)])
    metal = light.point([round(255 * 0.12 * max(0.0, v / 255 - 0.5)) for v in range(256)])
    solid = color.convert("RGBA")
    return Textures(solid, Image.merge("RGB", (empty, rough, metal)))


def _front_and_back(cutout: Cutout) -> tuple[Bytes, Bytes]:
    """(h, w, 3) uint8 each, with a margin.

    The back is the photo seen through the body, blurred so that no face looks out of it, and darker.
    """
    rgb = cutout.rgb
    longest = max(cutout.alpha.shape)
    light = rgb @ LUMINANCE
    smooth = np.stack([blur(rgb[..., k], longest * 0.022) for k in range(3)], axis=-1)
    grain = blur(light, 1.5) - blur(light, longest * 0.01)
    return _to_bytes(rgb), _to_bytes(smooth * np.float32(0.82) + np.float32(0.3) * grain[..., None])


def _to_bytes(rgb: Floats) -> Bytes:
    values = (np.clip(rgb, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return np.pad(values, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), mode="edge")


def _paint_tile(atlas: Bytes, covered: Mask, layer: Image.Image, charts: Charts, chart: int) -> None:
    x, y, width, height = charts.rectangles[chart].tolist()
    left, top = (charts.origin[chart] + MARGIN).tolist()
    right, bottom = left + width / charts.scale[chart], top + height / charts.scale[chart]
    box = (max(left, 0), max(top, 0), min(right, layer.width), min(bottom, layer.height))
    scaled = layer.resize((width, height), Image.Resampling.BICUBIC, box=box)
    atlas[y : y + height, x : x + width] = np.asarray(scaled)
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


def _without_gaps(atlas: Bytes, covered: Mask) -> Image.Image:
    """Smooth colours between the charts, so that smaller mip levels do not darken their borders."""
    image, mask = Image.fromarray(atlas), Image.fromarray(covered.astype(np.uint8) * np.uint8(255))
    weight = np.asarray(mask.reduce(GAP_STEP), np.float32) / np.float32(255)
    mean = np.asarray(image.reduce(GAP_STEP), np.float32) / np.maximum(weight, 0.05)[..., None]
    filled = np.clip(fill_colours(mean, np.where(weight >= 0.05, np.float32(1), np.float32(0))), 0, 255)
    smooth = Image.fromarray(filled.astype(np.uint8)).resize(image.size, Image.Resampling.BILINEAR)
    return Image.composite(image, smooth, mask)
