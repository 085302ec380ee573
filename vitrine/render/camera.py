"""Where the picture is taken from: pixels to rays, points to pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats


@dataclass(frozen=True, slots=True)
class Camera:
    """A square-format camera; `right`, `up` and `forward` are unit vectors at right angles.

    `reach` is half the picture's height: in metres when orthographic, as a tangent when in perspective.
    """

    eye: Floats
    right: Floats
    up: Floats
    forward: Floats
    reach: float
    perspective: bool

    def rays(self, xy: Floats) -> tuple[Floats, Floats]:
        """Origins and directions, (n, 3) float32 each, through picture points `xy` (n, 2) in -1…1, +y up.

        Directions advance one metre along the optical axis, so a hit's distance is its depth.
        """
        across = xy[:, :1] * self.right + xy[:, 1:] * self.up
        across *= np.float32(self.reach)
        if self.perspective:
            return np.tile(self.eye, (len(xy), 1)), across + self.forward
        return across + self.eye, np.tile(self.forward, (len(xy), 1))

    def project(self, points: Floats) -> Floats:
        """(n, 3) points to (n, 3): x and y in -1…1 (+y up), and depth in metres."""
        seen = (points - self.eye) @ np.stack([self.right, self.up, self.forward], axis=1)
        scale = self.reach * (seen[:, 2:] if self.perspective else np.float32(1))
        return np.concatenate([seen[:, :2] / scale, seen[:, 2:]], axis=1).astype(np.float32)

    def footprint_m(self, depth: Floats, size_px: int) -> Floats:
        """Width in metres of one of `size_px` pixels at each depth."""
        return np.float32(2 * self.reach / size_px) * (depth if self.perspective else np.ones_like(depth))


def pixel_grid(size_px: int) -> Floats:
    """Pixel centres row by row from the top left, (size_px², 2) float32 in -1…1, +y up."""
    steps = ((np.arange(size_px, dtype=np.float32) + 0.5) * (2 / size_px) - 1).astype(np.float32)
    x, y = np.meshgrid(steps, -steps)
    return np.stack([x.ravel(), y.ravel()], axis=1)


def box_corners(low: Floats, high: Floats) -> Floats:
    """The eight corners of a bounding box, (8, 3) float32."""
    choose = np.array([[(i >> axis) & 1 for axis in range(3)] for i in range(8)], dtype=bool)
    return np.where(choose, high, low).astype(np.float32)


def frame(
    points: Floats, *, yaw_deg: float, pitch_deg: float, fov_deg: float = 0.0, margin: float = 0.05
) -> Camera:
    """A camera that holds all `points` (n, 3), and leaves `margin` of the picture free on each side.

    Yaw 0 looks at the front (from +Z), yaw 90 from +X; pitch is degrees above the horizon. `fov_deg` is the
    whole vertical angle of view; 0 is orthographic. The fit is exact: for a half-angle with tangent t, a
    camera at (X, D) holds a point (x, z) when |x - X| <= t (D - z), which is linear in X and D.
    """
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    back = np.array([math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)])
    right = np.array([math.cos(yaw), 0.0, -math.sin(yaw)])
    up = np.cross(back, right)
    turned = points.astype(np.float64) @ np.stack([right, up, back], axis=1)
    x, y, z = turned.T
    near, far = float(z.max()), float(z.min())
    smallest = 1e-6 * (1.0 + float(np.abs(points).max()))
    usable = 1.0 - 2.0 * margin
    if fov_deg > 0:
        reach = math.tan(math.radians(fov_deg) / 2)
        t = reach * usable
        top, bottom = float((y + t * z).max()), float((-y + t * z).max())
        rightmost, leftmost = float((x + t * z).max()), float((-x + t * z).max())
        distance = max((top + bottom) / (2 * t), (rightmost + leftmost) / (2 * t), near + smallest)
        where = np.array([(rightmost - leftmost) / 2, (top - bottom) / 2, distance])
        for _ in range(4):  # the tight direction is centred already; the other one gets there step by step
            sights = (turned[:, :2] - where[:2]) / (distance - z)[:, None]
            where[:2] += (sights.max(axis=0) + sights.min(axis=0)) / 2 * (distance - (near + far) / 2)
    else:
        half = max(float(np.ptp(x)), float(np.ptp(y)), smallest) / 2
        reach = half / usable
        where = np.array([(x.max() + x.min()) / 2, (y.max() + y.min()) / 2, near + (near - far) + half])
    eye = where @ np.stack([right, up, back])
    eye, right, up, forward = (v.astype(np.float32) for v in (eye, right, up, -back))
    return Camera(eye, right, up, forward, float(reach), perspective=fov_deg > 0)
