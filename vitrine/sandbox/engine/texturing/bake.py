"""Baking the photo onto the charts: base colour and metallic-roughness texture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from vitrine.sandbox.engine.arrays import LUMINANCE, Bytes, Floats, Mask
from vitrine.sandbox.engine.photo.blur import blur
from vitrine.sandbox.engine.photo.cutout import Cutout
from vitrine.sandbox.engine.photo.fill import fill_colours
from vitrine.sandbox.engine.shape.heightfields import Heightfields
from vitrine.sandbox.engine.shape.surface import Surface
from vitrine.sandbox.engine.texturing.compute_charts import BACK, FRONT, GUTTER, Charts
from vitrine.sandbox.engine.texturing.side_band import bake_side_band

MARGIN = 32  # pixels added around the photo, so that gutters have colours to copy
PADDING_REDUCTION = 8  # the padding between charts is computed at 1/8 of the texture's resolution


@dataclass(frozen=True, slots=True)
class Textures:
    """The images of the material's two textures."""

    base_color: Image.Image
    """RGBA: sRGB and alpha"""
    metallic_roughness: Image.Image
    """RGB: 0, roughness, metalness; linear"""


def bake(
    cutout: Cutout, surface: Surface, normals: Floats, charts: Charts, fields: Heightfields, side: int
) -> Textures:
    """Bake every chart with its gutter, and fill the padding between charts.

    `normals` is (n, 3) float32, unit normals of the surface's points; `side` is the textures' side in texels.
    """
    front, back = _front_and_back(cutout)
    atlas = np.zeros((side, side, 3), np.uint8)
    covered = np.zeros((side, side), bool)
    for kind, layer in ((FRONT, front), (BACK, back)):
        image = Image.fromarray(layer)
        for chart in np.flatnonzero(charts.kind == kind).tolist():
            _bake_chart(atlas, covered, image, charts, chart)
    bake_side_band(atlas, covered, (front, back), MARGIN, surface, normals, charts, fields)
    _dilate(atlas, covered, GUTTER - 1)
    color = _fill_padding(atlas, covered)
    luminance = color.convert("L")
    zero = Image.new("L", color.size, 0)
    roughness = luminance.point([round(255 * (0.9 - 0.35 * (v / 255) ** 1.5)) for v in range(256)])
    metalness = luminance.point([round(255 * 0.12 * max(0.0, v / 255 - 0.5)) for v in range(256)])
    return Textures(color.convert("RGBA"), Image.merge("RGB", (zero, roughness, metalness)))


def _front_and_back(cutout: Cutout) -> tuple[Bytes, Bytes]:
    """The images of front and back, (h, w, 3) uint8 each, with the margin.

    The back is the photo, darker, and blurred so that a face on the front does not appear on the back.
    """
    rgb = cutout.rgb
    longest = max(cutout.alpha.shape)
    luminance = rgb @ LUMINANCE
    smooth = np.stack([blur(rgb[..., k], longest * 0.022) for k in range(3)], axis=-1)
    grain = blur(luminance, 1.5) - blur(luminance, longest * 0.01)
    return _to_bytes(rgb), _to_bytes(smooth * np.float32(0.82) + np.float32(0.3) * grain[..., None])


def _to_bytes(rgb: Floats) -> Bytes:
    values = (np.clip(rgb, 0, 1) * np.float32(255) + np.float32(0.5)).astype(np.uint8)
    return np.pad(values, ((MARGIN, MARGIN), (MARGIN, MARGIN), (0, 0)), mode="edge")


def _bake_chart(atlas: Bytes, covered: Mask, layer: Image.Image, charts: Charts, chart: int) -> None:
    """Resample the chart's part of `layer` into its rectangle of the atlas."""
    x, y, width, height = charts.rectangles[chart].tolist()
    left, top = (charts.origin[chart] + MARGIN).tolist()
    right, bottom = left + width / charts.scale[chart], top + height / charts.scale[chart]
    box = (max(left, 0), max(top, 0), min(right, layer.width), min(bottom, layer.height))
    scaled = layer.resize((width, height), Image.Resampling.BICUBIC, box=box)
    atlas[y : y + height, x : x + width] = np.asarray(scaled)
    covered[y : y + height, x : x + width] = True


def _dilate(atlas: Bytes, covered: Mask, texels: int) -> None:
    """Dilate the covered texels in place, so that filtering at a border reads the chart's own colours."""
    side = len(atlas)
    flat_atlas, flat_covered = atlas.reshape(-1, atlas.shape[2]), covered.reshape(-1)
    for _ in range(texels):
        padded = np.pad(covered, 1)
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            neighbour = padded[1 + dy : side + 1 + dy, 1 + dx : side + 1 + dx]
            texel = np.flatnonzero((neighbour & ~covered).ravel())
            flat_atlas[texel] = flat_atlas[texel + dy * side + dx]
            flat_covered[texel] = True


def _fill_padding(atlas: Bytes, covered: Mask) -> Image.Image:
    """Fill the padding between charts with smooth colours, so that mip levels do not darken chart borders."""
    image, mask = Image.fromarray(atlas), Image.fromarray(covered.astype(np.uint8) * np.uint8(255))
    weight = np.asarray(mask.reduce(PADDING_REDUCTION), np.float32) / np.float32(255)
    mean = np.asarray(image.reduce(PADDING_REDUCTION), np.float32) / np.maximum(weight, 0.05)[..., None]
    filled = np.clip(fill_colours(mean, np.where(weight >= 0.05, np.float32(1), np.float32(0))), 0, 255)
    smooth = Image.fromarray(filled.astype(np.uint8)).resize(image.size, Image.Resampling.BILINEAR)
    return Image.composite(image, smooth, mask)
