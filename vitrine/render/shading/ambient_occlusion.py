"""How much of the dome, and of the key lamp, each place sees: by rays."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Floats, Ints, row_dot
from vitrine.render.rays.intersect import occluded
from vitrine.render.rays.sampling import disc_light_directions, sphere_samples
from vitrine.render.rays.surface_hit import SurfaceHit
from vitrine.render.scene import Scene

REACH = 0.25
"""Things further off than about this, in model diagonals, take no light away: light comes from all sides."""
LIFT = 2e-4
"""Rays start this far off the surface, in model diagonals, so as not to meet it again."""


def ambient_occlusion(scene: Scene, surface_hit: SurfaceHit, places: Ints, samples: int) -> Floats:
    """Cosine-weighted part of the hemisphere that is open, (n,) float32: 1 in the open, 0 in a closed crack.

    `places` (n,) are the pixels' places in their tiles.
    """
    start = surface_hit.position + surface_hit.flat_normal * np.float32(LIFT * scene.diagonal_m)
    direction = surface_hit.normal[:, None] + sphere_samples(samples)[places]
    # An interpolated normal tilts some rays into the flat triangle itself: they are mirrored out of it.
    under = np.minimum(np.einsum("nsi,ni->ns", direction, surface_hit.flat_normal), 0)
    direction -= (2 * under)[..., None] * surface_hit.flat_normal[:, None]
    return 1 - _share_blocked(scene, start, direction, REACH * scene.diagonal_m)


def light_visibility(
    scene: Scene, surface_hit: SurfaceHit, toward: Floats, spread: float, places: Ints, samples: int
) -> Floats:
    """Part of a lamp `spread` wide (tangent of its half-angle) that is seen from each place, (n,) float32."""
    start = surface_hit.position + surface_hit.flat_normal * np.float32(LIFT * scene.diagonal_m)
    # Faces that look away from the lamp are dark anyway.
    facing = np.nonzero(row_dot(surface_hit.normal, np.broadcast_to(toward, start.shape)) > -0.15)[0]
    hidden = np.zeros(len(start), np.float32)
    directions = disc_light_directions(toward, spread, samples)[places[facing]]
    hidden[facing] = _share_blocked(scene, start[facing], directions, 4 * scene.diagonal_m)
    return 1 - hidden


def _share_blocked(scene: Scene, start: Floats, directions: Floats, reach: float) -> Floats:
    """Part of each place's rays (n, samples, 3) that meet something, (n,) float32.

    All rays of a place go out one after another: they find what the one before has fetched from memory.
    """
    count, samples = directions.shape[:2]
    if not samples:
        return np.zeros(count, np.float32)
    met = occluded(scene, np.repeat(start, samples, axis=0), directions.reshape(-1, 3), reach)
    return np.asarray(met.reshape(count, samples).mean(axis=1), np.float32)
