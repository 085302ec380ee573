"""The light of a photo studio, without an image of one: a large key, a fill, a rim, a bright dome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vitrine.arrays import Floats
from vitrine.render.camera import Camera

DOME_SKY, DOME_GROUND = 0.66, 0.40
"""Diffuse light from straight above and from straight below, for a white surface."""
KEY, FILL, RIM = 0.50, 0.14, 0.10
"""Diffuse light of each lamp on a white surface that faces it."""
KEY_TAN_HALF_ANGLE = 0.22
"""Half-width of the key lamp as seen from the product, as a tangent: how soft its shadows are."""


@dataclass(frozen=True)
class Softbox:
    """A softbox in the sky: `toward` it lies, (half-width, half-height) as tangents, and its brightness."""

    toward: tuple[float, float, float]
    half: tuple[float, float]
    brightness: float

    @cached_property
    def axes(self) -> Floats:
        """(3, 3) float32: the columns point ahead at the box, along its width and along its height."""
        ahead = _unit(self.toward)
        side = np.cross(np.array([0, 1, 0], np.float32), ahead)
        side = side / max(float(np.linalg.norm(side)), 1e-6)
        return np.stack([ahead, side, np.cross(ahead, side)], axis=1).astype(np.float32)


# In the camera's level frame: x right, y up, z towards the camera.
KEY_LIGHT = Softbox((-0.62, 0.62, 0.62), (0.42, 0.52), 3.2)
SOFTBOXES = (
    KEY_LIGHT,
    Softbox((0.85, 0.22, 0.42), (0.16, 0.70), 1.1),
    Softbox((0.45, 0.42, -0.85), (0.22, 0.80), 2.2),
    Softbox((-0.10, 1.0, -0.12), (0.80, 0.55), 1.0),
)


@dataclass(frozen=True, slots=True)
class Studio:
    """The lamps around one camera: they turn with it, and stay level when it looks down."""

    axes: Floats
    """(3, 3): the rows are right, up and back in the world."""

    @classmethod
    def around(cls, camera: Camera) -> Studio:
        up = np.array([0, 1, 0], np.float32)
        back = np.cross(camera.right, up)
        return cls(np.stack([camera.right, up, back]).astype(np.float32))

    @property
    def key(self) -> Floats:
        """Unit vector towards the key lamp."""
        toward: Floats = _unit(KEY_LIGHT.toward) @ self.axes
        return toward

    def diffuse(self, normals: Floats, openness: Floats, key_seen: Floats) -> Floats:
        """Light on a white surface, (n, 1), by its normal, its openness to the dome and to the key lamp."""
        dome = DOME_GROUND + (DOME_SKY - DOME_GROUND) * (normals[:, 1:2] * 0.5 + 0.5)
        key = _wrapped(normals, self.key, 0.12) * key_seen
        fill = _wrapped(normals, _unit(SOFTBOXES[1].toward) @ self.axes, 0.4)
        rim = _wrapped(normals, _unit(SOFTBOXES[2].toward) @ self.axes, 0.2)
        light: Floats = (dome + FILL * fill + RIM * rim) * openness + KEY * key
        return light

    def specular(self, directions: Floats, roughness: Floats) -> Floats:
        """What a surface of this roughness (n,) mirrors from `directions` (n, 3): (n, 1) float32."""
        local = directions @ self.axes.T
        rough = roughness[:, None]
        height = local[:, 1:2]
        soft = 0.06 + 0.9 * rough
        sky = 0.30 + 0.30 * _ramp(height, 0.15, soft * 1.6)
        horizon = 0.16 * np.exp(-((height / (0.25 + rough)) ** 2))
        light = sky + horizon - 0.16 * _ramp(-height, 0.25, soft)
        for box in SOFTBOXES:
            light += box.brightness * _seen(box, local, rough)
        return np.asarray(light, np.float32)


def _seen(box: Softbox, local: Floats, rough: Floats) -> Floats:
    """How much of a specular lobe a softbox fills, (n, 1): a rectangle whose edges blur with roughness."""
    seen = local @ box.axes
    ahead = seen[:, :1]
    along = np.maximum(ahead, np.float32(1e-3))
    blur = 0.03 + 1.4 * rough * rough
    filled = _ramp(ahead, 0.0, 0.1)
    for axis, half in enumerate(box.half, start=1):
        offset = np.abs(seen[:, axis, None]) / along
        # A lobe wider than the box sees only a part of it.
        filled = filled * _ramp(half - offset, 0.0, blur) * (half / np.sqrt(half * half + blur * blur * 0.5))
    return filled.astype(np.float32)


def _unit(vector: tuple[float, float, float]) -> Floats:
    v = np.array(vector, np.float32)
    return v / np.float32(np.linalg.norm(v))


def _wrapped(normals: Floats, toward: Floats, wrap: float) -> Floats:
    """Lambert's cosine, (n, 1), reaching a little past the edge of the shade as a large lamp does."""
    light: Floats = np.maximum((normals @ toward)[:, None] + np.float32(wrap), 0) / np.float32(1 + wrap)
    return light


def _ramp(value: Floats, middle: float, width: Floats | float) -> Floats:
    """0 to 1 across `middle`, smoothly over ± `width`."""
    t = np.clip((value - middle) / (2 * np.asarray(width, np.float32)) + 0.5, 0, 1)
    ramp: Floats = t * t * (3 - 2 * t)
    return ramp
