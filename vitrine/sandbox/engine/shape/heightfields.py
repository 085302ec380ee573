"""Sampling the matte and the photo on a grid: silhouette, thickness and relief."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image
from scipy import ndimage

from vitrine.sandbox.engine.arrays import LUMINANCE, Floats
from vitrine.sandbox.engine.photo.blur import blur
from vitrine.sandbox.engine.photo.cutout import Cutout
from vitrine.sandbox.engine.shape.inflate_heightfield import inflate_heightfield

MAX_HALF_THICKNESS = 0.2  # fraction of the longest side; wider bodies become flat at this depth
RELIEF = 0.015  # height of the relief, as a fraction of the longest side
MAX_CELLS = 2000  # along the longest side
MIN_CELLS = 400  # along the longest side, so that decimation keeps thin parts …
MAX_DENSE_TRIANGLES = 200_000  # … unless the mesh before decimation would have more triangles than this


@dataclass(frozen=True, slots=True)
class Heightfields:
    """Fields over the nodes of a regular grid, (ny, nx) float32 each; lengths in photo pixels."""

    level_set: Floats
    """Positive inside the silhouette, zero on its contour."""
    squared_thickness: Floats
    """Square of the half-thickness, in cells²."""
    front_relief: Floats
    """Pixels, added to the front's height."""
    back_relief: Floats
    """Pixels, added to the back's height."""
    local_thickness: Floats
    """Largest half-thickness in the neighbourhood, in pixels."""
    max_thickness_px: float
    """Upper limit of the half-thickness."""
    spacing_px: tuple[float, float]
    """Distance between nodes along x and along y."""


def sample_heightfields(
    cutout: Cutout, *, faces: int, resolution: int, rng: np.random.Generator
) -> Heightfields:
    """Choose a grid that is fine enough for `faces` triangles, and sample the fields on it.

    At resolution 512 the matte and the photo are blurred to half the detail of 1024; at 1536 the relief is a
    bit higher. `rng` varies thickness and relief.
    """
    height, width = cutout.alpha.shape
    longest = max(height, width)
    area = float((cutout.alpha > 0.5).sum())
    max_cell = max(longest / MIN_CELLS, np.sqrt(area * 4 / MAX_DENSE_TRIANGLES))
    cell = float(np.clip(np.sqrt(area * 4 / (faces * 1.1)), longest / MAX_CELLS, max_cell))
    nx, ny = max(8, round(width / cell)), max(8, round(height / cell))
    detail = max(0.7, longest / resolution * 0.8)
    level_set = _resample(blur(cutout.alpha, detail), nx, ny) - np.float32(0.5)
    level_set[[0, -1], :] = level_set[:, [0, -1]] = -0.5
    level_set = np.where(
        np.abs(level_set) < 0.01, np.float32(0.01) * np.where(level_set < 0, -1, 1), level_set
    )
    squared = inflate_heightfield(level_set.astype(np.float32))
    limit = longest * MAX_HALF_THICKNESS * float(rng.uniform(0.95, 1.05))
    relief = longest * RELIEF * float(rng.uniform(0.9, 1.1)) * (1.1 if resolution > 1024 else 1.0)
    luminance = cutout.rgb @ LUMINANCE
    fine = blur(luminance, 1.7 * detail)
    coarse = blur(luminance, longest * 0.025)
    front = np.tanh((fine - coarse) * 3) * relief
    back = blur(front, longest * 0.008) * 0.5
    waves = _resample(rng.standard_normal((9, 9)).astype(np.float32), width, height) * (longest * 0.004)
    half = np.sqrt(squared) * cell
    local = ndimage.maximum_filter(half[::8, ::8], size=max(3, round(longest * 0.1 / cell / 8)))
    return Heightfields(
        level_set=level_set.astype(np.float32),
        squared_thickness=squared,
        front_relief=_resample((front + waves).astype(np.float32), nx, ny),
        back_relief=_resample((back - waves).astype(np.float32), nx, ny),
        local_thickness=_resample(local.astype(np.float32), nx, ny),
        max_thickness_px=limit,
        spacing_px=(width / nx, height / ny),
    )


def _resample(field: Floats, nx: int, ny: int) -> Floats:
    image = Image.fromarray(np.ascontiguousarray(field), mode="F")
    return np.array(image.resize((nx, ny), Image.Resampling.BICUBIC), np.float32)
