"""A flat silhouette to a rounded body."""

from __future__ import annotations

import numpy as np
from PIL import Image

from vitrine.sandbox.engine.arrays import Floats

SOURCE = 2.0  # the Laplacian of -u: with 2, a strip gets a semicircular section


def inflate(level: Floats, *, smallest: int = 12) -> Floats:
    """Squared half-thickness u (h, w), in cells², of a body whose outline is the zero contour of `level`.

    Solves Poisson's equation ∇²u = -2 inside with u = 0 on the contour. √u of a strip is a semicircle and of
    a disc an ellipsoid, with no ridge where a distance transform has one; thin parts stay as thin as they
    are wide. The contour is honoured within a cell (Shortley and Weller's stencil), so the rim has no
    stairs. Coarse grids first, a few damped Jacobi sweeps on each.
    """
    height, width = level.shape
    if min(height, width) // 2 >= smallest:
        half_width, half_height = (width + 1) // 2, (height + 1) // 2
        coarse = inflate(_resized(level, half_width, half_height), smallest=smallest)
        u = _resized(coarse, width, height) * np.float32(width / half_width * height / half_height)
        sweeps = 16 if height * width > 250_000 else 40
    else:
        u = np.zeros_like(level)
        sweeps = 200
    return _relax(np.maximum(u, 0), level, sweeps)


def _relax(u: Floats, level: Floats, sweeps: int, damping: float = 0.85) -> Floats:
    inside = level > 0
    padded = np.pad(level, 1, constant_values=-1.0)
    diagonal = np.zeros_like(level)
    for outer in (padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]):
        to_contour = np.where(outer > 0, 1.0, level / np.maximum(level - outer, 1e-6))
        diagonal += 1 / np.clip(to_contour, 0.1, 1.0)
    gain = np.where(inside, np.float32(damping) / diagonal, 0).astype(np.float32)
    stay = np.where(inside, np.float32(1 - damping), 0).astype(np.float32)
    now = np.zeros((level.shape[0] + 2, level.shape[1] + 2), np.float32)
    now[1:-1, 1:-1] = np.where(inside, u, 0)
    middle = now[1:-1, 1:-1]
    for _ in range(sweeps):
        around = now[:-2, 1:-1] + now[2:, 1:-1]
        around += now[1:-1, :-2]
        around += now[1:-1, 2:]
        around += np.float32(SOURCE)
        around *= gain
        middle *= stay
        middle += around
    return middle.copy()


def _resized(field: Floats, width: int, height: int) -> Floats:
    image = Image.fromarray(field, mode="F").resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image, np.float32)
