"""The twelve viewpoints from which models are compared."""

from __future__ import annotations

from vitrine.arrays import Floats
from vitrine.render.camera import Camera, box_corners, fit_camera

DIRECTIONS_DEG: tuple[tuple[float, float], ...] = (
    *((yaw, 0.0) for yaw in (0.0, 90.0, 180.0, 270.0)),
    *((yaw, 30.0) for yaw in (45.0, 135.0, 225.0, 315.0)),
    (0.0, 75.0),
    (180.0, -30.0),
    (60.0, -30.0),
    (300.0, -30.0),
)
"""(yaw, pitch) in degrees: four sides, four corners from above, the top, three from below"""


def twelve_viewpoints(low: Floats, high: Floats) -> tuple[Camera, ...]:
    """Return orthographic cameras around a bounding box with corners (3,) float32, metres.

    All have one scale, set by the box's diagonal, so that a pixel has the same length in each image. The same
    box gives the same cameras for a model and for its levels of detail.
    """
    corners = box_corners(low, high)
    center, radius_m = (low + high) / 2, float(((high - low) ** 2).sum()) ** 0.5 / 2 or 1e-6
    cameras = []
    for yaw_deg, pitch_deg in DIRECTIONS_DEG:
        fitted = fit_camera(corners - center, yaw_deg=yaw_deg, pitch_deg=pitch_deg)
        eye = (center - fitted.forward * (4 * radius_m)).astype(fitted.eye.dtype)
        camera = Camera(eye, fitted.right, fitted.up, fitted.forward, half_height_m=radius_m * 1.02)
        cameras.append(camera)
    return tuple(cameras)
