"""Light from all directions, filtered in advance for the reflection of matt and of glossy surfaces.

Directions are stored on an octahedron unfolded into a square (E. Praun, H. Hoppe, "Spherical Parametrization
and Remeshing", 2003); values are those at the corners of cells, so that interpolation needs no border.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vitrine.arrays import Floats, row_unit
from vitrine.compiled import kernels

Radiance = Callable[[Floats], Floats]
"""Directions (n, 3) float32, unit -> radiance (n,) float32"""
MIRROR_CELLS, SOURCE_CELLS, ROUGH_CELLS = 256, 40, 24
"""Cells along each side: of the mirror image, of what rough reflection averages, and of its results"""
LEVELS = 9
"""Roughnesses 0, 1/8 … 1 that are filtered; others are interpolated"""
SHARP_LEVELS = {1: (128, 4, 8), 2: (64, 6, 16)}
"""Cells, rings and directions in each ring for lobes that are narrower than a source cell"""


class Environment:
    """Filtered radiance in one set of axes.

    Parameters
    ----------
    key, rest : callable
        Radiance of the light that casts shadows, and of all others.
    """

    def __init__(self, key: Radiance, rest: Radiance) -> None:
        def total(directions: Floats) -> Floats:
            return key(directions) + rest(directions)

        sources, solid_angle = _cells(SOURCE_CELLS)
        targets = _corners(ROUGH_CELLS)
        # `einsum` runs on one thread: those of BLAS would spin for longer than the work takes.
        cosine = np.maximum(np.einsum("ik,jk->ij", targets, sources), 0)
        weight = cosine * solid_angle
        means = [_cell_means(part, SOURCE_CELLS) for part in (key, rest)]
        diffuse = np.stack([np.einsum("ij,j->i", weight, mean) for mean in means], axis=1) / np.pi
        mirror = total(_corners(MIRROR_CELLS))
        maps = [mirror]
        for level in range(1, LEVELS):
            roughness = level / (LEVELS - 1)
            if level in SHARP_LEVELS:
                maps.append(_filter_sharp(mirror, roughness, *SHARP_LEVELS[level]))
            else:
                maps.append(_filter_rough(cosine, weight, means[0] + means[1], roughness))
        cells = [round(len(each) ** 0.5) - 1 for each in maps]
        self.light = kernels.FilteredLight(diffuse, ROUGH_CELLS, maps, cells)
        """Lookups in what was filtered"""


def from_octahedral(uv: Floats) -> Floats:
    """Return the unit vectors (n, 3) float32 at positions (n, 2) in 0…1."""
    u, v = (uv * 2 - 1).T
    y = 1 - np.abs(u) - np.abs(v)
    folded = np.maximum(-y, 0)
    x, z = u - np.copysign(folded, u), v - np.copysign(folded, v)
    return row_unit(np.stack([x, y, z], axis=1).astype(np.float32))


def _corners(cells: int) -> Floats:
    """Directions of the corners of cells, ((cells + 1)², 3), row by row."""
    steps = np.linspace(0, 1, cells + 1, dtype=np.float32)
    v, u = np.meshgrid(steps, steps, indexing="ij")
    return from_octahedral(np.stack([u.ravel(), v.ravel()], axis=1))


def _centers(cells: int) -> Floats:
    steps = (np.arange(cells, dtype=np.float32) + np.float32(0.5)) / np.float32(cells)
    v, u = np.meshgrid(steps, steps, indexing="ij")
    return from_octahedral(np.stack([u.ravel(), v.ravel()], axis=1))


def _cells(cells: int) -> tuple[Floats, Floats]:
    """Directions of cells' centres (cells², 3), and their solid angles (cells²,) in steradians.

    A piece of the octahedron |x| + |y| + |z| = 1 of area dA is seen under dA / (√3 r³), at distance r.
    """
    directions = _centers(cells)
    distance = 1 / np.abs(directions).sum(axis=1)
    solid_angle = 1 / distance**3
    return directions, (solid_angle * (4 * np.pi / solid_angle.sum(dtype=np.float64))).astype(np.float32)


def _cell_means(radiance: Radiance, cells: int, fine: int = 4) -> Floats:
    """Mean radiance of each cell, (cells²,)."""
    values = radiance(_centers(cells * fine)).reshape(cells, fine, cells, fine)
    means: Floats = values.mean(axis=(1, 3)).ravel()
    return means


def _filter_rough(cosine: Floats, weight: Floats, radiance: Floats, roughness: float) -> Floats:
    """Mean radiance (n,) around n directions, weighted with GGX seen along the normal.

    `cosine` (n, m) is that to each source of light, `weight` (n, m) the same times its solid angle.
    """
    # The half vector's cosine² is (1 + n·l) / 2, as n = v. D(h)·(n·l)/(4·(v·h)) is, but for a constant:
    denominator = cosine * np.float32((roughness**4 - 1) / 2)
    denominator += np.float32((roughness**4 + 1) / 2)
    denominator *= denominator
    part = weight / denominator
    mean: Floats = np.einsum("ij,j->i", part, radiance) / part.sum(axis=1)
    return mean


def _filter_sharp(mirror: Floats, roughness: float, cells: int, rings: int, around: int) -> Floats:
    """The same for a narrow lobe, from quantiles of its half vectors and the mirror image."""
    normal = _corners(cells)
    side = np.where(np.abs(normal[:, 1:2]) < 0.9, np.array([0, 1, 0]), np.array([1, 0, 0])).astype(np.float32)
    side = row_unit(np.cross(normal, side).astype(np.float32))
    other = np.cross(normal, side)
    a2 = roughness**4
    total, weight = np.zeros(len(normal), np.float32), 0.0
    for ring in range(rings):
        quantile = (ring + 0.5) / rings
        cosine2 = (1 - quantile) / (1 + (a2 - 1) * quantile)  # of the half vector (B. Walter et al., 2007)
        across, along = 2 * (cosine2 * (1 - cosine2)) ** 0.5, 2 * cosine2 - 1
        for number in range(around):
            angle = 2 * np.pi * (number + 0.5 * (ring % 2)) / around
            lateral = side * np.float32(np.cos(angle)) + other * np.float32(np.sin(angle))
            direction = normal * np.float32(along) + lateral * np.float32(across)
            total += np.float32(along) * kernels.sample_directions(mirror, MIRROR_CELLS, direction)
            weight += along
    return total / np.float32(weight)
