"""The twelve directions that models are compared from."""

from __future__ import annotations

from vitrine.arrays import Floats
from vitrine.render.camera import Camera, box_corners, fit_camera

DIRECTIONS: tuple[tuple[float, float], ...] = (
    *((yaw, 0.0) for yaw in (0.0, 90.0, 180.0, 270.0)),
    *((yaw, 30.0) for yaw in (45.0, 135.0, 225.0, 315.0)),
    (0.0, 75.0),
    (180.0, -30.0),
    (60.0, -30.0),
    (300.0, -30.0),
)
"""(yaw, pitch) in degrees: four sides, four corners from above, the top, three from below."""


def twelve_viewpoints(low: Floats, high: Floats) -> tuple[Camera, ...]:
    """Orthographic cameras around a bounding box: all at one scale, set by the box's diagonal.

    One scale makes a pixel the same length in every view, and the same box gives the same cameras for a
    model and for each of its LODs.
    """
    corners = box_corners(low, high)
    centre, radius_m = (low + high) / 2, float(((high - low) ** 2).sum()) ** 0.5 / 2 or 1e-6
    cameras = []
    for yaw, pitch in DIRECTIONS:
        axes = fit_camera(corners - centre, yaw_deg=yaw, pitch_deg=pitch)
        eye = (centre - axes.forward * (4 * radius_m)).astype(axes.eye.dtype)
        cameras.append(Camera(eye, axes.right, axes.up, axes.forward, half_height_m=radius_m * 1.02))
    return tuple(cameras)
