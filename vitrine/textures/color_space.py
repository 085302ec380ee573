"""Between light and bytes: the sRGB curve, and a shoulder that leaves product colours alone."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bytes, Floats

SHOULDER = 0.8
"""Linear values up to here pass unchanged; brighter ones bend towards 1 and never clip."""


def _decode(encoded: Floats) -> Floats:
    """The sRGB curve, IEC 61966-2-1."""
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return linear.astype(np.float32)


LINEAR: Floats = _decode(np.arange(256) / 255)
"""Linear light of each sRGB byte, (256,) float32."""

_STEPS = 1 << 14


def _encode_table() -> Bytes:
    middles = (LINEAR[1:] + LINEAR[:-1]) / 2
    return np.searchsorted(middles, np.linspace(0, 1, _STEPS + 1)).astype(np.uint8)


_ENCODED = _encode_table()


def to_srgb(linear: Floats) -> Bytes:
    """Linear light, clipped to 0…1, as the nearest sRGB bytes."""
    at = np.clip(linear, 0, 1) * np.float32(_STEPS) + np.float32(0.5)
    return _ENCODED[at.astype(np.int32)]


def tone_map(light: Floats) -> Floats:
    """Bend light above `SHOULDER` smoothly below 1, channel by channel; what is darker stays as it is."""
    room = np.float32(1 - SHOULDER)
    over = np.maximum(light - np.float32(SHOULDER), 0)
    bent: Floats = np.minimum(light, np.float32(SHOULDER)) + room * (1 - np.exp(-over / room))
    return bent
