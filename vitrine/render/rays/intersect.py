"""Intersect rays with a scene: the first hit of each, or only whether there is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Floats, Ints
from vitrine.render.camera import Camera, pixel_steps
from vitrine.render.scene import Scene

Window = tuple[slice, slice]
"""Rows and columns of an image"""
WHOLE: Window = (slice(None), slice(None))


@dataclass(frozen=True, slots=True)
class Hit:
    """The first intersection of each of n rays."""

    triangle: Ints
    """(n,) int32, -1 for a miss"""
    u: Floats
    v: Floats
    """(n,) float32 barycentric coordinates: the point is (1 - u - v)·a + u·b + v·c"""
    distance: Floats
    """(n,) float32 in lengths of the ray's direction; infinite for a miss"""

    @property
    def mask(self) -> Bools:
        """(n,) bool, whether each ray hit a triangle."""
        return self.triangle >= 0

    def take(self, rows: Bools | Ints | slice) -> Hit:
        """Return the hits of some of the rays, by a mask (n,), by indices or by a slice."""
        return Hit(self.triangle[rows], self.u[rows], self.v[rows], self.distance[rows])


def visible(scene: Scene, camera: Camera, size_px: int, window: Window = WHOLE) -> Hit:
    """Return the first hits of the rays through the centres of pixels, row by row: (h · w,).

    The triangles are rasterized: that takes a fraction of the time of `intersect`, and no BVH. `window`
    holds the rows and columns of an image of `size_px`² pixels that are asked for.
    """
    rows, columns = window
    xs, ys = pixel_steps(size_px)
    return Hit(*camera.visible(scene.positions, scene.triangles, xs[columns], ys[rows]))


def intersect(scene: Scene, origins: Floats, directions: Floats) -> Hit:
    """Return the first triangle on each ray (Embree's `rtcIntersect`).

    Parameters
    ----------
    origins, directions : (n, 3) float32
        Metres; directions need not have unit length.
    """
    if len(origins) == 0:
        empty = np.empty(0, np.float32)
        return Hit(np.empty(0, np.int32), empty, empty, empty)
    result = scene.bvh.run(np.ascontiguousarray(origins), np.ascontiguousarray(directions), output=1)
    missed = result["primID"] < 0
    result["tfar"][missed] = np.inf
    return Hit(result["primID"], result["u"], result["v"], result["tfar"])


def occluded(scene: Scene, origins: Floats, directions: Floats, max_distance: float) -> Bools:
    """Return whether a triangle lies on each ray, (n,) bool (Embree's `rtcOccluded`).

    Materials with alpha occlude like opaque ones.

    Parameters
    ----------
    origins, directions : (n, 3) float32
        Metres; directions need not have unit length.
    max_distance : float
        End of the rays, in lengths of their directions
    """
    if len(origins) == 0:
        return np.empty(0, np.bool_)
    limit = np.full(len(origins), max_distance, np.float32)
    triangle: Ints = scene.bvh.run(
        np.ascontiguousarray(origins), np.ascontiguousarray(directions), dists=limit, query="OCCLUDED"
    )
    return triangle >= 0
