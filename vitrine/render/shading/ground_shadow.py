"""The shadow a product casts on the table it stands on."""

from __future__ import annotations

import numpy as np
from PIL import Image
from scipy.ndimage import gaussian_filter

from vitrine.arrays import Floats
from vitrine.render.camera import Camera, pixel_grid
from vitrine.render.rays.intersect import occluded
from vitrine.render.rays.sampling import TILE, disc_light_directions, interleaved_index, sphere_samples
from vitrine.render.scene import Scene
from vitrine.render.shading.studio import Studio
from vitrine.threads import map_slices

CELLS = 200
"""The table is sampled on a grid this fine on each side."""
TABLE = 0.9
"""Half the table's side in model diagonals: shadows have faded before its edge."""
REACH = 0.22
"""Things higher than about this over the ground, in model diagonals, cast no shadow of the dome."""
SHADOW_TAN_HALF_ANGLE = 0.45
"""Half-width of the key lamp for shadows on the ground, as a tangent: softer than on the product itself."""
FAINT = 0.02
"""Darkness that is left out, so that the shadow ends."""
DOME, KEY = 0.62, 0.16
"""Darkness of a spot that sees nothing of the dome, and nothing of the key lamp."""


def ground_shadow(
    scene: Scene,
    camera: Camera,
    studio: Studio,
    size_px: int,
    *,
    dome_samples: int = 16,
    key_samples: int = 6,
) -> Floats:
    """Darkness 0…1 of the ground at each pixel, (size_px, size_px) float32; nothing stands in its way.

    Zero above the horizon, and fading to zero at the picture's edge so that no shadow is cut off.
    """
    ground_m = float(scene.bounds_min[1])
    centre = (scene.bounds_min + scene.bounds_max) / 2
    half = np.float32(TABLE * scene.diagonal_m)
    table = pixel_grid(CELLS) * half + centre[[0, 2]]
    lift = np.float32(1e-3 * scene.diagonal_m)
    points = np.stack([table[:, 0], np.full(len(table), ground_m - lift), table[:, 1]], axis=1).astype(
        np.float32
    )
    rows, columns = np.divmod(np.arange(len(points)), CELLS)
    places = interleaved_index(rows, columns)
    upward = np.array([0, 1, 0], np.float32)
    rays = (
        (sphere_samples(dome_samples) + upward, REACH * scene.diagonal_m, DOME / dome_samples),
        (
            disc_light_directions(studio.key, SHADOW_TAN_HALF_ANGLE, key_samples),
            2 * scene.diagonal_m,
            KEY / key_samples,
        ),
    )

    def dark(part: slice) -> Floats:
        here, place = points[part], places[part]
        total = np.zeros(len(here), np.float32)
        for directions, reach, share in rays:
            for direction in np.moveaxis(directions, 1, 0):
                total += np.float32(share) * occluded(scene, here, direction[place], reach)
        return total

    grid = np.concatenate(map_slices(dark, len(points), size=4096)).reshape(CELLS, CELLS)
    grid = gaussian_filter(grid, TILE / 2).astype(np.float32)
    grid *= _faded(pixel_grid(CELLS)).reshape(CELLS, CELLS)
    # A shadow is soft: half the picture's size shows all of it.
    half_px = max(size_px // 2, 1)
    xy = pixel_grid(half_px)
    origins, directions = camera.rays(xy)
    drop = directions[:, 1]
    distance = (np.float32(ground_m) - origins[:, 1]) / np.where(np.abs(drop) < 1e-6, np.float32(1e-6), drop)
    where = origins + directions * distance[:, None]
    value = _bilinear(grid, (where[:, [0, 2]] - centre[[0, 2]]) / half) * ((distance > 0) & (drop < 0))
    rim = 1 - 2 / half_px - np.abs(xy).max(axis=1)
    value = np.maximum(value - np.float32(FAINT), 0) * _smooth(rim / 0.22)
    small = Image.fromarray(np.asarray(value.reshape(half_px, half_px), np.float32))
    return np.asarray(small.resize((size_px, size_px), Image.Resampling.BILINEAR))


def _faded(at: Floats) -> Floats:
    """1 near the middle of the table, falling smoothly to 0 before its edge, (n,)."""
    return _smooth((1 - np.linalg.norm(at, axis=1)) / 0.5)


def _smooth(t: Floats) -> Floats:
    """0 below 0, 1 above 1, without a kink between."""
    t = np.clip(t, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def _bilinear(grid: Floats, at: Floats) -> Floats:
    """Values at points in -1…1 (x right, y up); zero outside."""
    n = grid.shape[0]
    place = (np.clip(at, -2, 2) * np.array([1, -1], np.float32) + 1) * np.float32(n / 2) - np.float32(0.5)
    inside = (np.abs(at) < 1).all(axis=1)
    place = np.clip(place, 0, n - 1.001)
    whole = place.astype(np.int32)
    fx, fy = (place - whole).T
    x, y = whole.T
    top = grid[y, x] * (1 - fx) + grid[y, x + 1] * fx
    low = grid[y + 1, x] * (1 - fx) + grid[y + 1, x + 1] * fx
    value: Floats = (top * (1 - fy) + low * fy) * inside
    return value
