"""Sample a surface, and measure how far its samples lie from another one."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, Ints, row_cross, row_dot
from vitrine.record import Record
from vitrine.render.metrics.closest_point import ProximityQuery
from vitrine.render.scene import Scene

SAMPLES = 10_000
"""Samples of each surface; the error of their RMS distance is below 1 %."""


class SurfaceDistance(Record):
    """Distances from samples of one surface to another surface (one-sided)."""

    rms_m: float
    p95_m: float
    max_m: float
    rms_percent: float
    """In percent of the source's bounding-box diagonal, as the next two"""
    p95_percent: float
    max_percent: float

    @classmethod
    def from_samples(cls, metres: Floats, diagonal_m: float) -> SurfaceDistance:
        """Summarise distances (n,) in metres; percentages are of `diagonal_m`."""
        rms_m = float(np.sqrt(np.mean(np.square(metres, dtype=np.float64))))
        p95_m, max_m = float(np.percentile(metres, 95)), float(metres.max())
        return cls(
            rms_m=rms_m,
            p95_m=p95_m,
            max_m=max_m,
            rms_percent=100 * rms_m / diagonal_m,
            p95_percent=100 * p95_m / diagonal_m,
            max_percent=100 * max_m / diagonal_m,
        )


def sample_surface(scene: Scene, seed: int, count: int = SAMPLES) -> Floats:
    """Return `count` points on a scene's triangles, uniform by area: (count, 3) float64, metres.

    The same seed gives the same points.
    """
    triangle, u, v = sample_by_area(scene, seed, count)
    a, b, c = np.moveaxis(scene.positions[scene.triangles[triangle]].astype(np.float64), 1, 0)
    points: Floats = a + u[:, None] * (b - a)
    points += v[:, None] * (c - a)
    return points


def sample_by_area(scene: Scene, seed: int, count: int) -> tuple[Ints, Floats, Floats]:
    """Return the triangles of samples, (count,) int64, and their barycentric u and v, (count,) float64 each.

    Sampling is stratified: one point in each of `count` equal parts of the area.
    """
    corners = scene.positions[scene.triangles]
    cross = row_cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    cumulative = np.cumsum(np.sqrt(row_dot(cross, cross)), dtype=np.float64)
    random = np.random.default_rng(seed)
    area = (np.arange(count) + random.random(count)) * (cumulative[-1] / count)
    triangle = np.minimum(np.searchsorted(cumulative, area), len(corners) - 1)
    u, v = random.random((2, count))
    outside = u + v > 1
    u[outside], v[outside] = 1 - u[outside], 1 - v[outside]
    return triangle, u, v


def surface_distance(points: Floats, surface: ProximityQuery, diagonal_m: float) -> SurfaceDistance:
    """Measure the distance of samples (n, 3), metres, to a surface; call it both ways for a two-sided one."""
    return SurfaceDistance.from_samples(surface.distance(points), diagonal_m)
