"""The lights of a photo studio, as formulas: a key light, a fill, a rim light and a bright dome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vitrine.arrays import Floats
from vitrine.render.camera import Camera

DOME_TOP, DOME_BOTTOM = 0.66, 0.40
"""Irradiance of a surface that faces up, and of one that faces down, from the dome"""
KEY, FILL, RIM = 0.50, 0.14, 0.10
"""Irradiance of a surface that faces each light"""
KEY_TAN_HALF_ANGLE = 0.22
"""Tangent of the key light's half-angle for shadows on the product: how soft they are"""


@dataclass(frozen=True)
class Softbox:
    """A rectangular area light at infinity."""

    toward: tuple[float, float, float]
    """Direction of its centre, in camera axes"""
    half: tuple[float, float]
    """Tangents of half its width and half its height"""
    radiance: float

    @cached_property
    def axes(self) -> Floats:
        """(3, 3) float32: the columns point to its centre, along its width and along its height."""
        forward = _unit(self.toward)
        side = np.cross(np.array([0, 1, 0], np.float32), forward)
        side = side / max(float(np.linalg.norm(side)), 1e-6)
        return np.stack([forward, side, np.cross(forward, side)], axis=1).astype(np.float32)


# In the camera's axes, made level: x right, y up, z towards the camera.
KEY_LIGHT = Softbox((-0.62, 0.62, 0.62), (0.42, 0.52), 3.2)
FILL_LIGHT = Softbox((0.85, 0.22, 0.42), (0.16, 0.70), 1.1)
RIM_LIGHT = Softbox((0.45, 0.42, -0.85), (0.22, 0.80), 2.2)
TOP_LIGHT = Softbox((-0.10, 1.0, -0.12), (0.80, 0.55), 1.0)
SOFTBOXES = (KEY_LIGHT, FILL_LIGHT, RIM_LIGHT, TOP_LIGHT)


@dataclass(frozen=True, slots=True)
class Studio:
    """The lights around one camera: they follow its yaw, and stay level when it is pitched."""

    axes: Floats
    """(3, 3) float32: the rows are right, up and back in world space"""

    @classmethod
    def around(cls, camera: Camera) -> Studio:
        """Return the lights for a camera."""
        up = np.array([0, 1, 0], np.float32)
        back = np.cross(camera.right, up)
        return cls(np.stack([camera.right, up, back]).astype(np.float32))

    @property
    def key(self) -> Floats:
        """Unit vector towards the key light, (3,) float32, in world space."""
        toward: Floats = _unit(KEY_LIGHT.toward) @ self.axes
        return toward

    def diffuse(self, normals: Floats, ambient: Floats, key_visibility: Floats) -> Floats:
        """Return the light that a white Lambertian surface reflects, (n, 1) float32.

        Parameters
        ----------
        normals : (n, 3) float32
            Unit normals in world space
        ambient, key_visibility : (n, 1) float32, or (n, 3) for one value a channel
            Visible part of the dome, and of the key light, 0…1
        """
        dome = DOME_BOTTOM + (DOME_TOP - DOME_BOTTOM) * (normals[:, 1:2] * 0.5 + 0.5)
        key = _wrapped_cosine(normals, self.key, 0.12) * key_visibility
        fill = _wrapped_cosine(normals, _unit(FILL_LIGHT.toward) @ self.axes, 0.4)
        rim = _wrapped_cosine(normals, _unit(RIM_LIGHT.toward) @ self.axes, 0.2)
        light: Floats = (dome + FILL * fill + RIM * rim) * ambient + KEY * key
        return light

    def specular(self, directions: Floats, roughness: Floats) -> Floats:
        """Return the light that a specular lobe receives, (n, 1) float32.

        Parameters
        ----------
        directions : (n, 3) float32
            Mirror directions in world space
        roughness : (n,) float32
            Perceptual roughness of the surface, 0…1
        """
        local = directions @ self.axes.T
        rough = roughness[:, None]
        height = local[:, 1:2]
        width = 0.06 + 0.9 * rough
        sky = 0.30 + 0.30 * _ramp(height, 0.15, width * 1.6)
        horizon = 0.16 * np.exp(-((height / (0.25 + rough)) ** 2))
        light = sky + horizon - 0.16 * _ramp(-height, 0.25, width)
        for box in SOFTBOXES:
            light += box.radiance * _lobe_coverage(box, local, rough)
        return np.asarray(light, np.float32)


def _lobe_coverage(box: Softbox, local: Floats, rough: Floats) -> Floats:
    """Part of specular lobes that a softbox fills, (n, 1) float32: its edges blur with roughness."""
    in_box = local @ box.axes
    forward = in_box[:, :1]
    depth = np.maximum(forward, np.float32(1e-3))
    blur = 0.03 + 1.4 * rough * rough
    coverage = _ramp(forward, 0.0, 0.1)
    for axis, half in enumerate(box.half, start=1):
        offset = np.abs(in_box[:, axis, None]) / depth
        # A lobe wider than the box is filled only in part.
        part = half / np.sqrt(half * half + blur * blur * 0.5)
        coverage = coverage * _ramp(half - offset, 0.0, blur) * part
    return coverage.astype(np.float32)


def _unit(vector: tuple[float, float, float]) -> Floats:
    v = np.array(vector, np.float32)
    return v / np.float32(np.linalg.norm(v))


def _wrapped_cosine(normals: Floats, toward: Floats, wrap: float) -> Floats:
    """Lambert's cosine, (n, 1), wrapped beyond 90° by `wrap`, as the light of a large source is."""
    light: Floats = np.maximum((normals @ toward)[:, None] + np.float32(wrap), 0) / np.float32(1 + wrap)
    return light


def _ramp(value: Floats, middle: float, width: Floats | float) -> Floats:
    """0 to 1 around `middle`, smoothly over ± `width`."""
    return smoothstep((value - middle) / (2 * np.asarray(width, np.float32)) + 0.5)


def smoothstep(t: Floats) -> Floats:
    """Return 3t² - 2t³ of any shape, float32: 0 below 0, 1 above 1, with no slope at either."""
    t = np.clip(t, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
