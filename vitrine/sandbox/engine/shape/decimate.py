"""Decimation to the number of triangles that was ordered."""

from __future__ import annotations

import meshoptimizer
import numpy as np

from vitrine.sandbox.engine.shape.surface import Surface


def decimate(surface: Surface, faces: int) -> Surface:
    """Simplify to at most `faces` triangles by quadric edge collapse. A smaller mesh is returned as it is."""
    if len(surface.triangles) <= faces:
        return surface
    indices = np.ascontiguousarray(surface.triangles.ravel(), np.uint32)
    simplified = np.zeros_like(indices)
    count = meshoptimizer.simplify(
        simplified, indices, surface.points, target_index_count=faces * 3, target_error=1.0
    )
    triangles = simplified[:count].reshape(-1, 3)
    used, renumbered = np.unique(triangles, return_inverse=True)
    return Surface(surface.points[used], renumbered.reshape(-1, 3).astype(np.int64))
