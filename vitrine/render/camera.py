"""Cameras: image points to rays, and world points to image points."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vitrine.arrays import Floats, Ints
from vitrine.compiled import kernels


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole or orthographic camera with a square image.

    Either `half_height_m` or `half_angle_rad` is given: the first makes the camera orthographic, the second
    makes it a perspective one.

    Parameters
    ----------
    eye : (3,) float32
        Position in metres.
    right, up, forward : (3,) float32
        Orthonormal axes in world space.

    Raises
    ------
    ValueError
        When both sizes are given, or none.
    """

    eye: Floats
    right: Floats
    up: Floats
    forward: Floats
    half_height_m: float | None = None
    """Orthographic: half the height of the image plane, in metres"""
    half_angle_rad: float | None = None
    """Perspective: half the vertical angle of view, in radians"""

    def __post_init__(self) -> None:
        if (self.half_height_m is None) == (self.half_angle_rad is None):
            raise ValueError(
                "a camera needs one of half_height_m (orthographic) and half_angle_rad (perspective)"
            )

    @property
    def perspective(self) -> bool:
        """Whether rays leave from one point."""
        return self.half_angle_rad is not None

    @property
    def _half_extent(self) -> float:
        """Half the image's height: in metres when orthographic, per metre of depth in perspective."""
        if self.half_angle_rad is not None:
            return math.tan(self.half_angle_rad)
        assert self.half_height_m is not None
        return self.half_height_m

    def rays(self, xy: Floats) -> tuple[Floats, Floats]:
        """Return origins and directions, (n, 3) float32 each, of the rays through image points.

        Directions advance one metre along the optical axis, so the distance of a hit is its depth in metres.

        Parameters
        ----------
        xy : (n, 2) float32
            Normalized device coordinates, -1…1, +y up.
        """
        return kernels.camera_rays(
            xy, self.eye, self.right, self.up, self.forward, self._half_extent, self.perspective
        )

    def visible(
        self, positions: Floats, triangles: Ints, xs: Floats, ys: Floats
    ) -> tuple[Ints, Floats, Floats, Floats]:
        """Return the triangle, its barycentric u and v, and the depth in metres, where rays first hit one.

        They are those of pixels in columns `xs` (w,) and rows `ys` (h,), row by row: (h · w,) each. Where
        there is nothing, the triangle is -1 and the depth infinite.

        Parameters
        ----------
        positions : (n, 3) float32
            Metres
        triangles : (m, 3) int32
        xs, ys : (w,) and (h,) float32
            Normalized device coordinates, evenly spaced; ys go down.
        """
        axes = (self.eye, self.right, self.up, self.forward)
        return kernels.visible_triangles(
            positions, triangles, *axes, self._half_extent, self.perspective, xs, ys
        )

    def project(self, points: Floats) -> Floats:
        """Project points (n, 3), metres, to (n, 3) float32: x and y in -1…1 (+y up), and depth in metres."""
        in_camera = (points - self.eye) @ np.stack([self.right, self.up, self.forward], axis=1)
        scale = self._half_extent * (in_camera[:, 2:] if self.perspective else np.float32(1))
        return np.concatenate([in_camera[:, :2] / scale, in_camera[:, 2:]], axis=1).astype(np.float32)

    def footprint_m(self, depth: Floats, size_px: int) -> Floats:
        """Return the width in metres, (n,) float32, of a pixel at each depth (n,), metres."""
        return np.float32(2 * self._half_extent / size_px) * (
            depth if self.perspective else np.ones_like(depth)
        )


def pixel_grid(size_px: int) -> Floats:
    """Return the pixel centres row by row from the top left, (size_px², 2) float32 in -1…1, +y up."""
    x, y = np.meshgrid(*pixel_steps(size_px))
    return np.stack([x.ravel(), y.ravel()], axis=1)


def pixel_steps(size_px: int) -> tuple[Floats, Floats]:
    """Return x of the columns of pixels, and y of the rows from the top down, (size_px,) float32 each."""
    steps = ((np.arange(size_px, dtype=np.float32) + 0.5) * (2 / size_px) - 1).astype(np.float32)
    return steps, -steps


def box_corners(low: Floats, high: Floats) -> Floats:
    """Return the eight corners, (8, 3) float32, of the bounding box between two corners (3,)."""
    choose = np.array([[(i >> axis) & 1 for axis in range(3)] for i in range(8)], dtype=bool)
    return np.where(choose, high, low).astype(np.float32)


def fit_camera(
    points: Floats, *, yaw_deg: float, pitch_deg: float, fov_deg: float = 0.0, margin: float = 0.05
) -> Camera:
    """Return the camera of a direction whose image just holds all points.

    The fit is exact: for a half-angle with tangent t, a camera at (X, D) holds a point (x, z) when
    |x - X| <= t (D - z), which is linear in X and D.

    Parameters
    ----------
    points : (n, 3) float32
        Positions in metres.
    yaw_deg, pitch_deg : float
        Yaw 0 looks at the front (from +Z), yaw 90 from +X; pitch is degrees above the horizon.
    fov_deg : float
        Vertical angle of view in degrees; 0 gives an orthographic camera.
    margin : float
        Part of the image that stays free on each side.
    """
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    back = np.array([math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)])
    right = np.array([math.cos(yaw), 0.0, -math.sin(yaw)])
    up = np.cross(back, right)
    x, y, z = np.stack([right, up, back]) @ points.T.astype(np.float64)
    near, far = float(z.max()), float(z.min())
    smallest = 1e-6 * (1.0 + float(np.abs(points).max()))
    usable = 1.0 - 2.0 * margin
    half_height_m = half_angle_rad = None
    if fov_deg > 0:
        half_angle_rad = math.radians(fov_deg) / 2
        t = math.tan(half_angle_rad) * usable
        top, bottom = float((y + t * z).max()), float((-y + t * z).max())
        rightmost, leftmost = float((x + t * z).max()), float((-x + t * z).max())
        distance = max((top + bottom) / (2 * t), (rightmost + leftmost) / (2 * t), near + smallest)
        eye = np.array([(rightmost - leftmost) / 2, (top - bottom) / 2, distance])
        for _ in range(4):  # the axis that sets the distance is centred; the other one converges
            for axis, across in enumerate((x, y)):
                slopes = (across - eye[axis]) / (distance - z)
                eye[axis] += (slopes.max() + slopes.min()) / 2 * (distance - (near + far) / 2)
    else:
        half = max(float(np.ptp(x)), float(np.ptp(y)), smallest) / 2
        half_height_m = half / usable
        eye = np.array([(x.max() + x.min()) / 2, (y.max() + y.min()) / 2, near + (near - far) + half])
    eye = eye @ np.stack([right, up, back])
    eye, right, up, forward = (v.astype(np.float32) for v in (eye, right, up, -back))
    return Camera(eye, right, up, forward, half_height_m, half_angle_rad)
