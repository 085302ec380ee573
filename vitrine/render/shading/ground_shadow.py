"""Render the soft shadow that a product casts on the ground it stands on."""

from __future__ import annotations

import numpy as np
from PIL import Image

from vitrine.arrays import Floats
from vitrine.render.camera import Camera, pixel_grid
from vitrine.render.rays.intersect import occluded
from vitrine.render.rays.sampling import TILE_PX, disc_light_directions, interleaved_index, sphere_samples
from vitrine.render.scene import Scene
from vitrine.render.shading.studio import Studio, smoothstep
from vitrine.threads import map_slices

GRID_CELLS = 200
"""Cells of the sampled ground on each side"""
HALF_GROUND = 0.9
"""Half the side of the sampled ground, in model diagonals: shadows fade out before its edge"""
MAX_HEIGHT = 0.22
"""What is higher than about this above the ground, in model diagonals, casts no shadow of the dome."""
SHADOW_TAN_HALF_ANGLE = 0.45
"""Tangent of the key light's half-angle for shadows on the ground, softer than those on the product"""
MIN_OPACITY = 0.02
"""Opacity that is subtracted everywhere, so that the shadow ends"""
DOME_OPACITY, KEY_OPACITY = 0.62, 0.16
"""Opacity of a point that sees nothing of the dome, and nothing of the key light"""
RIM = 0.22
"""Part of half the image over which the shadow fades out towards the image's edge"""


def ground_shadow(
    scene: Scene,
    camera: Camera,
    studio: Studio,
    size_px: int,
    *,
    dome_samples: int = 16,
    key_samples: int = 6,
) -> Floats:
    """Return the opacity of the shadow on the ground at each pixel, (size_px, size_px) float32 in 0…1.

    The ground is the plane through the lowest vertex, and nothing hides it. The shadow is 0 above the
    horizon, and fades to 0 at the edge of the image, so that it is not cut off.
    """
    ground_m = float(scene.bounds_min[1])
    center = (scene.bounds_min + scene.bounds_max) / 2
    half_m = np.float32(HALF_GROUND * scene.diagonal_m)
    xz = pixel_grid(GRID_CELLS) * half_m + center[[0, 2]]
    offset = np.float32(1e-3 * scene.diagonal_m)
    points = np.stack([xz[:, 0], np.full(len(xz), ground_m - offset), xz[:, 1]], axis=1).astype(np.float32)
    rows, columns = np.divmod(np.arange(len(points)), GRID_CELLS)
    tile_index = interleaved_index(rows, columns)
    up = np.array([0, 1, 0], np.float32)
    key_directions = disc_light_directions(studio.key, SHADOW_TAN_HALF_ANGLE, key_samples)
    lights = (
        (sphere_samples(dome_samples) + up, MAX_HEIGHT * scene.diagonal_m, DOME_OPACITY / dome_samples),
        (key_directions, 2 * scene.diagonal_m, KEY_OPACITY / key_samples),
    )

    def opacity(part: slice) -> Floats:
        origins, index = points[part], tile_index[part]
        total = np.zeros(len(origins), np.float32)
        for directions, max_distance, share in lights:
            for direction in np.moveaxis(directions, 1, 0):
                total += np.float32(share) * occluded(scene, origins, direction[index], max_distance)
        return total

    grid = np.concatenate(map_slices(opacity, len(points), size=4096)).reshape(GRID_CELLS, GRID_CELLS)
    grid = _blurred(_blurred(grid).T).T
    grid *= _fade_out(pixel_grid(GRID_CELLS)).reshape(GRID_CELLS, GRID_CELLS)
    # A shadow is soft: half the size of the image shows all of it.
    half_px = max(size_px // 2, 1)
    xy = pixel_grid(half_px)
    origins, directions = camera.rays(xy)
    fall = directions[:, 1]
    distance = (np.float32(ground_m) - origins[:, 1]) / np.where(np.abs(fall) < 1e-6, np.float32(1e-6), fall)
    ground = origins + directions * distance[:, None]
    value = _bilinear(grid, (ground[:, [0, 2]] - center[[0, 2]]) / half_m) * ((distance > 0) & (fall < 0))
    to_edge = 1 - 2 / half_px - np.abs(xy).max(axis=1)
    value = np.maximum(value - np.float32(MIN_OPACITY), 0) * smoothstep(to_edge / RIM)
    small = Image.fromarray(np.asarray(value.reshape(half_px, half_px), np.float32))
    return np.asarray(small.resize((size_px, size_px), Image.Resampling.BILINEAR))


def _blurred(grid: Floats) -> Floats:
    """Blur the columns of a grid (h, w) by a Gaussian half a tile wide; beyond its edges it is mirrored."""
    sigma = TILE_PX / 2
    reach = round(4 * sigma)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights = (weights / weights.sum()).astype(np.float32)
    padded = np.pad(grid, ((reach, reach), (0, 0)), mode="symmetric")
    blurred: Floats = sum(weight * padded[row : row + len(grid)] for row, weight in enumerate(weights))
    return blurred


def _fade_out(xy: Floats) -> Floats:
    """1 near the middle of the ground, 0 at its edge, for points (n, 2) in -1…1: (n,) float32."""
    return smoothstep((1 - np.linalg.norm(xy, axis=1)) / 0.5)


def _bilinear(grid: Floats, xy: Floats) -> Floats:
    """Values of a grid (n, n) at points in -1…1 (x right, y up), 0 outside."""
    n = grid.shape[0]
    cell = (np.clip(xy, -2, 2) * np.array([1, -1], np.float32) + 1) * np.float32(n / 2) - np.float32(0.5)
    inside = (np.abs(xy) < 1).all(axis=1)
    cell = np.clip(cell, 0, n - 1.001)
    whole = cell.astype(np.int32)
    fx, fy = (cell - whole).T
    x, y = whole.T
    top = grid[y, x] * (1 - fx) + grid[y, x + 1] * fx
    low = grid[y + 1, x] * (1 - fx) + grid[y + 1, x + 1] * fx
    value: Floats = (top * (1 - fy) + low * fy) * inside
    return value
