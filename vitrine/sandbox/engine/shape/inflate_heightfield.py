"""Inflating a flat silhouette to a rounded heightfield."""

from __future__ import annotations

import numpy as np
from PIL import Image

from vitrine.sandbox.engine.arrays import Floats

SOURCE = 2.0  # right-hand side of -∇²u: with 2, the section of a strip is a semicircle


def inflate_heightfield(level_set: Floats, *, smallest: int = 12) -> Floats:
    """Inflate the silhouette inside the zero contour of `level_set`.

    Solves Poisson's equation ∇²u = -2 inside the contour with u = 0 on it, and u is the squared
    half-thickness. √u of a strip is a semicircle and √u of a disc an ellipsoid, without the ridge that a
    distance transform has; thin parts stay as thin as they are wide. The stencil of Shortley and Weller
    places the contour within a cell, so the side has no steps. Multiresolution: coarse grids first, with a
    few damped Jacobi iterations on each.

    Parameters
    ----------
    level_set : (h, w) float32, positive inside.
    smallest : grids whose shorter side is less than twice this are solved directly.

    Returns (h, w) float32, the squared half-thickness in cells².
    """
    height, width = level_set.shape
    if min(height, width) // 2 >= smallest:
        half_width, half_height = (width + 1) // 2, (height + 1) // 2
        coarse = inflate_heightfield(_resize(level_set, half_width, half_height), smallest=smallest)
        u = _resize(coarse, width, height) * np.float32(width / half_width * height / half_height)
        iterations = 16 if height * width > 250_000 else 40
    else:
        u = np.zeros_like(level_set)
        iterations = 200
    return _relax(np.maximum(u, 0), level_set, iterations)


def _relax(u: Floats, level_set: Floats, iterations: int, damping: float = 0.85) -> Floats:
    inside = level_set > 0
    padded = np.pad(level_set, 1, constant_values=-1.0)
    diagonal = np.zeros_like(level_set)
    for neighbour in (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]):
        to_contour = np.where(neighbour > 0, 1.0, level_set / np.maximum(level_set - neighbour, 1e-6))
        diagonal += 1 / np.clip(to_contour, 0.1, 1.0)
    new_weight = np.where(inside, np.float32(damping) / diagonal, 0).astype(np.float32)
    old_weight = np.where(inside, np.float32(1 - damping), 0).astype(np.float32)
    grid = np.zeros((level_set.shape[0] + 2, level_set.shape[1] + 2), np.float32)
    grid[1:-1, 1:-1] = np.where(inside, u, 0)
    interior = grid[1:-1, 1:-1]
    for _ in range(iterations):
        new = grid[:-2, 1:-1] + grid[2:, 1:-1]
        new += grid[1:-1, :-2]
        new += grid[1:-1, 2:]
        new += np.float32(SOURCE)
        new *= new_weight
        interior *= old_weight
        interior += new
    return interior.copy()


def _resize(field: Floats, width: int, height: int) -> Floats:
    image = Image.fromarray(field, mode="F").resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image, np.float32)
