"""Measure the distance from points to the closest triangles of a surface."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats
from vitrine.compiled.kernels import TriangleTree
from vitrine.render.scene import Scene
from vitrine.threads import map_slices

SLICE_POINTS = 4096
"""Points in one slice: a query takes a microsecond or a few."""


class ProximityQuery:
    """Distances to a scene's surface, from a bounding volume hierarchy that is built once.

    Embree has no query for the closest point that its Python bindings pass on.
    """

    def __init__(self, scene: Scene) -> None:
        self._tree = TriangleTree(scene.positions, scene.triangles)

    def distance(self, points: Floats) -> Floats:
        """Return the distance in metres from each point (n, 3) to the surface, (n,) float64."""
        parts = map_slices(lambda part: self._tree.distance(points[part]), len(points), size=SLICE_POINTS)
        return np.concatenate(parts)
