"""How much of the dome, and of the key lamp, each place sees: by rays."""

from __future__ import annotations

import numpy as np

from vitrine.render.arrays import Floats, Numbers
from vitrine.render.patch import Patch, dot
from vitrine.render.raycast import blocked
from vitrine.render.scene import Scene
from vitrine.render.sequence import lamp_rays, unit_ball

REACH = 0.25
"""Things further off than about this, in model diagonals, take no light away: light comes from all sides."""
LIFT = 2e-4
"""Rays start this far off the surface, in model diagonals, so as not to meet it again."""


def ambient_occlusion(scene: Scene, patch: Patch, places: Numbers, samples: int) -> Floats:
    """Cosine-weighted part of the hemisphere that is open, (n,) float32: 1 in the open, 0 in a closed crack.

    `places` (n,) are the pixels' places in their tiles.
    """
    start = patch.position + patch.flat_normal * np.float32(LIFT * scene.diagonal)
    closed = np.zeros(len(start), np.float32)
    for ball in unit_ball(samples):
        direction = patch.normal + ball[places]
        # An interpolated normal tilts some rays into the flat triangle itself: they are mirrored out of it.
        under = np.minimum(dot(direction, patch.flat_normal), 0)
        direction -= (2 * under)[:, None] * patch.flat_normal
        closed += blocked(scene, start, direction, REACH * scene.diagonal)
    return 1 - closed / np.float32(max(samples, 1))


def lamp_seen(
    scene: Scene, patch: Patch, toward: Floats, spread: float, places: Numbers, samples: int
) -> Floats:
    """Part of a lamp `spread` wide (tangent of its half-angle) that is seen from each place, (n,) float32."""
    start = patch.position + patch.flat_normal * np.float32(LIFT * scene.diagonal)
    # Faces that look away from the lamp are dark anyway.
    facing = np.nonzero(dot(patch.normal, np.broadcast_to(toward, start.shape)) > -0.15)[0]
    hidden = np.zeros(len(start), np.float32)
    for directions in lamp_rays(toward, spread, samples):
        hidden[facing] += blocked(scene, start[facing], directions[places[facing]], 4 * scene.diagonal)
    return 1 - hidden / np.float32(max(samples, 1))
