"""Rays into a scene: what they hit first, or whether anything is in their way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Bools, Floats, Ints
from vitrine.render.scene import Scene


@dataclass(frozen=True, slots=True)
class Hit:
    """What each of n rays met first."""

    triangle: Ints
    """(n,) int32, -1 where nothing was met"""
    u: Floats
    v: Floats
    """(n,) float32: the point is (1 - u - v)·a + u·b + v·c"""
    distance: Floats
    """(n,) float32 in lengths of the ray's direction; infinite where nothing was met"""

    @property
    def mask(self) -> Bools:
        return self.triangle >= 0

    def take(self, where: Bools | Ints) -> Hit:
        """The hits of some of the rays."""
        return Hit(self.triangle[where], self.u[where], self.v[where], self.distance[where])


def intersect(scene: Scene, origins: Floats, directions: Floats) -> Hit:
    """The first triangle on each ray; origins and directions are (n, 3) float32."""
    if len(origins) == 0:
        empty = np.empty(0, np.float32)
        return Hit(np.empty(0, np.int32), empty, empty, empty)
    said = scene.bvh.run(np.ascontiguousarray(origins), np.ascontiguousarray(directions), output=1)
    missed = said["primID"] < 0
    said["tfar"][missed] = np.inf
    return Hit(said["primID"], said["u"], said["v"], said["tfar"])


def occluded(scene: Scene, origins: Floats, directions: Floats, reach: float) -> Bools:
    """Whether anything lies within `reach` direction lengths of each ray's origin, (n,) bool.

    Cut-out materials block like solid ones: their shadows are those of the whole sheet.
    """
    if len(origins) == 0:
        return np.empty(0, np.bool_)
    limit = np.full(len(origins), reach, np.float32)
    said: Ints = scene.bvh.run(
        np.ascontiguousarray(origins), np.ascontiguousarray(directions), dists=limit, query="OCCLUDED"
    )
    return said >= 0
