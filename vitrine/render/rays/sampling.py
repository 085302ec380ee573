"""Low-discrepancy directions over the hemisphere and over a disc light, the same in every run.

Pixels of a tile use the same sequence, each shifted by its own offset (interleaved sampling with
Cranley-Patterson rotation): a blur over the tile averages `TILE_PX`² times as many directions.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from vitrine.arrays import Floats, Ints

# The R2 sequence: the generalised golden ratio in two dimensions (M. Roberts, "The Unreasonable
# Effectiveness of Quasirandom Sequences", 2018).
_STEP = np.array([0.7548776662466927, 0.5698402909980532])

TILE_PX = 4
"""Width of a tile of pixels with different offsets"""


def interleaved_index(rows: Ints, columns: Ints) -> Ints:
    """Return the index of pixels (n,) within their tiles, (n,) int, below `TILE_PX`²."""
    index: Ints = (rows % TILE_PX) * TILE_PX + columns % TILE_PX
    return index


def _shifted_sequences(count: int) -> Floats:
    """`count` points in the unit square for each pixel of a tile, (TILE_PX², count, 2) float32.

    The sequence of a pixel is shifted by its rank in the Bayer matrix, so that neighbours differ most.
    """
    rank = np.array([0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5])
    points = 0.5 + _STEP * np.arange(1, count + 1)[:, None] + (rank[:, None] * _STEP * count)[:, None]
    return np.asarray(points % 1.0, np.float32)


@cache
def sphere_samples(count: int) -> Floats:
    """Return points on the unit sphere for each pixel of a tile, (TILE_PX², count, 3) float32.

    Their sum with a unit normal is a cosine-weighted direction around it (pbrt, "Sampling Functions"), with a
    length from 0 to 2, longest along the normal.
    """
    x, y = np.moveaxis(_shifted_sequences(count), 2, 0)
    height = 1 - 2 * x
    radius = np.sqrt(np.maximum(1 - height * height, 0))
    angle = np.float32(2 * np.pi) * y
    sphere = np.stack([radius * np.cos(angle), radius * np.sin(angle), height], axis=2)
    return np.asarray(sphere * 0.999, np.float32)


def disc_light_directions(toward: Floats, tan_half_angle: float, count: int) -> Floats:
    """Return directions to points on a disc light, (TILE_PX², count, 3) float32, about unit length.

    Parameters
    ----------
    toward : (3,) float32
        Unit vector to the centre of the disc
    tan_half_angle : float
        Tangent of half the angle under which the disc is seen
    count : int
        Directions for each pixel of a tile
    """
    x, y = np.moveaxis(_shifted_sequences(count), 2, 0)
    side = np.cross(toward, [0, 1, 0] if abs(toward[1]) < 0.9 else [1, 0, 0])
    side = side / np.linalg.norm(side)
    other = np.cross(toward, side)
    radius = tan_half_angle * np.sqrt(x)[..., None]
    angle = (2 * np.pi * y)[..., None]
    return np.asarray(toward + radius * (np.cos(angle) * side + np.sin(angle) * other), np.float32)
