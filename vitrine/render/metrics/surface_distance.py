"""How far one surface lies from another."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, Ints, row_dot
from vitrine.record import Record
from vitrine.render.metrics.closest_point import ProximityQuery
from vitrine.render.rays.surface_hit import cross_rows
from vitrine.render.scene import Scene

SAMPLES = 10_000
"""Points on each surface; their error of the RMS is below 1 %."""


class SurfaceDistance(Record):
    """Distances from samples of one surface to another surface."""

    rms_m: float
    p95_m: float
    max_m: float
    rms_percent: float
    """In percent of the source's bounding-box diagonal, as the next two"""
    p95_percent: float
    max_percent: float

    @classmethod
    def from_samples(cls, metres: Floats, diagonal_m: float) -> SurfaceDistance:
        """Sum up (n,) distances."""
        measured = (
            float(np.sqrt(np.mean(np.square(metres, dtype=np.float64)))),
            float(np.percentile(metres, 95)),
            float(metres.max()),
        )
        return cls(
            rms_m=measured[0],
            p95_m=measured[1],
            max_m=measured[2],
            rms_percent=100 * measured[0] / diagonal_m,
            p95_percent=100 * measured[1] / diagonal_m,
            max_percent=100 * measured[2] / diagonal_m,
        )


def sample_surface(scene: Scene, seed: int, count: int = SAMPLES) -> Floats:
    """`count` points spread over a scene's triangles by area, (count, 3) float64, the same each time."""
    triangle, u, v = sample_by_area(scene, seed, count)
    a, b, c = np.moveaxis(scene.positions[scene.triangles[triangle]].astype(np.float64), 1, 0)
    points: Floats = a + u[:, None] * (b - a)
    points += v[:, None] * (c - a)
    return points


def sample_by_area(scene: Scene, seed: int, count: int) -> tuple[Ints, Floats, Floats]:
    """Places spread over a scene's triangles: which triangle (count,), and u and v in it, float64."""
    corners = scene.positions[scene.triangles]
    cross = cross_rows(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    reached = np.cumsum(np.sqrt(row_dot(cross, cross)), dtype=np.float64)
    random = np.random.default_rng(seed)
    # One point in each of `count` equal shares of the area, so that no part is left out by chance.
    where = (np.arange(count) + random.random(count)) * (reached[-1] / count)
    triangle = np.minimum(np.searchsorted(reached, where), len(corners) - 1)
    u, v = random.random((2, count))
    over = u + v > 1
    u[over], v[over] = 1 - u[over], 1 - v[over]
    return triangle, u, v


def surface_distance(points: Floats, to: ProximityQuery, diagonal_m: float) -> SurfaceDistance:
    """Distance of a surface, by its samples (n, 3), to another one; one way, so call it both ways."""
    return SurfaceDistance.from_samples(to.distance(points), diagonal_m)
