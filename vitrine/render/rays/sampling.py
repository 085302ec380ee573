"""Directions that fill a hemisphere or a lamp evenly, the same on every run."""

from __future__ import annotations

from functools import cache

import numpy as np

from vitrine.arrays import Floats, Ints

# The generalised golden ratio in two dimensions (M. Roberts, "The Unreasonable Effectiveness of
# Quasirandom Sequences", 2018).
_STEP = np.array([0.7548776662466927, 0.5698402909980532])

TILE = 4
"""Neighbouring pixels turn the same directions differently, in tiles this wide."""


def interleaved_index(rows: Ints, columns: Ints) -> Ints:
    """Which of the `TILE`² places of its tile each pixel has, (n,) int."""
    places: Ints = (rows % TILE) * TILE + columns % TILE
    return places


def _turned(count: int) -> Floats:
    """`count` points evenly over the unit square for each place of a tile: (TILE², count, 2) float32.

    Each place shifts the sequence by its rank in Bayer's order, so that neighbours are far apart.
    """
    rank = np.array([0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5])
    points = 0.5 + _STEP * np.arange(1, count + 1)[:, None] + (rank[:, None] * _STEP * count)[:, None]
    return np.asarray(points % 1.0, np.float32)


@cache
def sphere_samples(count: int) -> Floats:
    """Points on the unit sphere for each place of a tile, (TILE², count, 3) float32.

    Added to a unit normal they are directions whose density is the cosine to it; their lengths run from 0
    to 2, longest along the normal.
    """
    x, y = np.moveaxis(_turned(count), 2, 0)
    height = 1 - 2 * x
    radius = np.sqrt(np.maximum(1 - height * height, 0))
    angle = np.float32(2 * np.pi) * y
    ball = np.stack([radius * np.cos(angle), radius * np.sin(angle), height], axis=2)
    return np.asarray(ball * 0.999, np.float32)


def disc_light_directions(toward: Floats, spread: float, count: int) -> Floats:
    """Directions to a disc around the unit vector `toward`, (TILE², count, 3) float32, about unit length.

    `spread` is the tangent of the disc's half-angle.
    """
    x, y = np.moveaxis(_turned(count), 2, 0)
    side = np.cross(toward, [0, 1, 0] if abs(toward[1]) < 0.9 else [1, 0, 0])
    side = side / np.linalg.norm(side)
    other = np.cross(toward, side)
    radius = spread * np.sqrt(x)[..., None]
    angle = (2 * np.pi * y)[..., None]
    return np.asarray(toward + radius * (np.cos(angle) * side + np.sin(angle) * other), np.float32)
