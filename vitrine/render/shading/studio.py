"""The lights of a photo studio: a key light, a fill, a rim light and a top light in a bright room."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from threading import Lock

import numpy as np

from vitrine.arrays import Floats
from vitrine.compiled.kernels import FilteredLight
from vitrine.render.camera import Camera
from vitrine.render.shading.environment import Environment

KEY_TAN_HALF_ANGLE = 0.22
"""Tangent of the key light's half-angle for shadows on the product: how soft they are"""


_LOCK = Lock()


@dataclass(frozen=True)
class Softbox:
    """A rectangular area light at infinity."""

    toward: tuple[float, float, float]
    """Direction of its centre, in camera axes"""
    half: tuple[float, float]
    """Tangents of half its width and half its height"""
    radiance: float

    def light(self, local: Floats) -> Floats:
        """Return the radiance from directions (n, 3) in camera axes, (n,) float32; edges are soft."""
        in_box = local @ self.axes
        forward = in_box[:, 0]
        depth = np.maximum(forward, np.float32(1e-3))
        light = self.radiance * _ramp(forward, 0.0, 0.1)
        for axis, half in enumerate(self.half, start=1):
            light = light * _ramp(half - np.abs(in_box[:, axis]) / depth, 0.0, EDGE)
        return np.asarray(light, np.float32)

    @cached_property
    def axes(self) -> Floats:
        """(3, 3) float32: the columns point to its centre, along its width and along its height."""
        forward = _unit(self.toward)
        side = np.cross(np.array([0, 1, 0], np.float32), forward)
        side = side / max(float(np.linalg.norm(side)), 1e-6)
        return np.stack([forward, side, np.cross(forward, side)], axis=1).astype(np.float32)


# In the camera's axes, made level: x right, y up, z towards the camera.
KEY_LIGHT = Softbox((-0.62, 0.62, 0.62), (0.42, 0.52), 2.75)
FILL_LIGHT = Softbox((0.85, 0.22, 0.42), (0.16, 0.70), 1.3)
RIM_LIGHT = Softbox((0.45, 0.42, -0.85), (0.22, 0.80), 1.5)
TOP_LIGHT = Softbox((-0.10, 1.0, -0.12), (0.80, 0.55), 0.4)
FLOOR, CEILING, HORIZON = 0.3, 0.6, 0.22
"""Radiance of the room below and above the horizon, and what is added at the horizon"""
EDGE = 0.03
"""Width of the soft edges of softboxes, as a tangent"""


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

    @property
    def light(self) -> FilteredLight:
        """The light filtered for reflection, in the studio's axes."""
        return studio_environment().light

    def equirectangular(self, height_px: int) -> Floats:
        """Return the radiance from all directions, (h, 2 h) float32: an environment map for other renderers.

        Rows go from +Y to -Y; columns from -X, over -Z, +X and +Z, back to -X, in world space.
        """
        polar = (np.arange(height_px) + 0.5) / height_px * np.pi
        around = (np.arange(2 * height_px) + 0.5) / height_px * np.pi - np.pi
        polar, around = np.meshgrid(polar, around, indexing="ij")
        x, y, z = np.sin(polar) * np.cos(around), np.cos(polar), np.sin(polar) * np.sin(around)
        world = np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32)
        light = _key(world @ self.axes.T) + _others(world @ self.axes.T)
        return light.reshape(height_px, 2 * height_px)


def studio_environment() -> Environment:
    """Return the filtered light of the studio, in its own axes; it is computed once for all threads."""
    with _LOCK:
        return _environment()


@cache
def _environment() -> Environment:
    return Environment(_key, _others)


def _key(local: Floats) -> Floats:
    return KEY_LIGHT.light(local)


def _others(local: Floats) -> Floats:
    """Radiance of the room and of all lights but the key light, (n,) float32."""
    height = local[:, 1]
    light = FLOOR + (CEILING - FLOOR) * _ramp(height, 0.05, 0.5)
    light += HORIZON * np.exp(-((height / 0.3) ** 2))
    for box in (FILL_LIGHT, RIM_LIGHT, TOP_LIGHT):
        light += box.light(local)
    return np.asarray(light, np.float32)


def _unit(vector: tuple[float, float, float]) -> Floats:
    v = np.array(vector, np.float32)
    return v / np.float32(np.linalg.norm(v))


def _ramp(value: Floats, middle: float, width: Floats | float) -> Floats:
    """0 to 1 around `middle`, smoothly over ± `width`."""
    return smoothstep((value - middle) / (2 * np.asarray(width, np.float32)) + 0.5)


def smoothstep(t: Floats) -> Floats:
    """Return 3t² - 2t³ of any shape, float32: 0 below 0, 1 above 1, with no slope at either."""
    t = np.clip(t, 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)
