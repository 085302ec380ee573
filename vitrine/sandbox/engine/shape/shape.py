"""From the matte and the photo to the fields that describe the body."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from vitrine.sandbox.engine.arrays import LUMINANCE, Floats
from vitrine.sandbox.engine.photo.blur import blur
from vitrine.sandbox.engine.photo.cutout import Cutout
from vitrine.sandbox.engine.shape.inflate import inflate

DEPTH = 0.2  # half-thickness at most, as a fraction of the longest side: a box is flattened here
RELIEF = 0.015  # height of the relief, likewise
FINEST = 2000  # cells along the longest side at most
THIN = 400  # cells along the longest side at least, so that thin parts outlive decimation …
AFFORDED = 200_000  # … while the mesh to decimate has no more triangles than this


@dataclass(frozen=True, slots=True)
class Shape:
    """Fields over the nodes of a regular grid, (ny, nx) float32 each; lengths in photo pixels."""

    level: Floats
    """Positive inside, zero on the outline."""
    squared: Floats
    """Half-thickness squared, in cells²."""
    front_relief: Floats
    back_relief: Floats
    body: Floats
    """How thick the body is nearby, in pixels."""
    limit_px: float
    spacing_px: tuple[float, float]
    """Distance between nodes along x and y."""


def sample_shape(cutout: Cutout, *, faces: int, resolution: int, rng: np.random.Generator) -> Shape:
    """Choose a grid fine enough for `faces` triangles, and sample the body on it.

    At resolution 512 the matte and the photo are first reduced to half the detail of 1024; 1536 keeps a bit
    more relief. Another `rng`, a slightly different body.
    """
    height, width = cutout.alpha.shape
    longest = max(height, width)
    area = float((cutout.alpha > 0.5).sum())
    widest = max(longest / THIN, np.sqrt(area * 4 / AFFORDED))
    cell = float(np.clip(np.sqrt(area * 4 / (faces * 1.1)), longest / FINEST, widest))
    nx, ny = max(8, round(width / cell)), max(8, round(height / cell))
    detail = max(0.7, longest / resolution * 0.8)
    level = _resampled(blur(cutout.alpha, detail), nx, ny) - np.float32(0.5)
    level[[0, -1], :] = level[:, [0, -1]] = -0.5
    level = np.where(np.abs(level) < 0.01, np.float32(0.01) * np.where(level < 0, -1, 1), level)
    squared = inflate(level.astype(np.float32))
    limit = longest * DEPTH * float(rng.uniform(0.95, 1.05))
    relief = longest * RELIEF * float(rng.uniform(0.9, 1.1)) * (1.1 if resolution > 1024 else 1.0)
    light = cutout.rgb @ LUMINANCE
    fine = blur(light, 1.7 * detail)
    coarse = blur(light, longest * 0.025)
    front = np.tanh((fine - coarse) * 3) * relief
    back = blur(front, longest * 0.008) * 0.5
    waves = _resampled(rng.standard_normal((9, 9)).astype(np.float32), width, height) * (longest * 0.004)
    half = np.sqrt(squared) * cell
    body = ndimage.maximum_filter(half[::8, ::8], size=max(3, round(longest * 0.1 / cell / 8)))
    return Shape(
        level=level.astype(np.float32),
        squared=squared,
        front_relief=_resampled((front + waves).astype(np.float32), nx, ny),
        back_relief=_resampled((back - waves).astype(np.float32), nx, ny),
        body=_resampled(body.astype(np.float32), nx, ny),
        limit_px=limit,
        spacing_px=(width / nx, height / ny),
    )


def _resampled(field: Floats, nx: int, ny: int) -> Floats:
    image = Image.fromarray(np.ascontiguousarray(field), mode="F")
    return np.array(image.resize((nx, ny), Image.Resampling.BICUBIC), np.float32)
