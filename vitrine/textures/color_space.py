"""The sRGB transfer function (IEC 61966-2-1), as formula and as tables, and the tone map of rendered light.

Linear light is float32 in 0…1, or 16-bit levels (0…65535) where texels are averaged before they are encoded.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Bytes, Floats
from vitrine.compiled import kernels

LEVELS_16_BIT = 65535
SHOULDER = 0.8
"""Linear values up to here pass the tone map unchanged."""
DESATURATION = 0.15
"""How fast colours above 1 fade to white, as in the Khronos PBR Neutral tone mapper"""
_STEPS = 1 << 14


def srgb_to_linear(encoded: Floats) -> Floats:
    """Return the linear light of sRGB values in 0…1, element by element."""
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(linear: Floats) -> Floats:
    """Return the sRGB values of linear light in 0…1, element by element (inverse of `srgb_to_linear`)."""
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


LINEAR_OF_BYTE: Floats = srgb_to_linear(np.arange(256) / 255).astype(np.float32)
"""Linear light of each sRGB byte, (256,) float32"""


@cache
def linear16_of_byte() -> npt.NDArray[np.uint16]:
    """Return the 16-bit linear light of each sRGB byte, (256,) uint16."""
    levels: npt.NDArray[np.uint16] = np.rint(srgb_to_linear(np.arange(256) / 255) * LEVELS_16_BIT).astype(
        np.uint16
    )
    return levels


@cache
def byte_of_linear16() -> Bytes:
    """Return the sRGB byte whose value is nearest to each level of 16-bit linear light, (65536,) uint8."""
    encoded = linear_to_srgb(np.arange(LEVELS_16_BIT + 1) / LEVELS_16_BIT)
    return np.rint(encoded * 255).astype(np.uint8)


def _byte_of_step() -> Bytes:
    """Return the sRGB byte whose linear light is nearest to each of `_STEPS` + 1 values in 0…1."""
    middles = (LINEAR_OF_BYTE[1:] + LINEAR_OF_BYTE[:-1]) / 2
    return np.searchsorted(middles, np.linspace(0, 1, _STEPS + 1)).astype(np.uint8)


_BYTE_OF_STEP = _byte_of_step()


def to_srgb(linear: Floats) -> Bytes:
    """Encode linear light of any shape, clipped to 0…1, as the sRGB bytes nearest in light."""
    step = np.clip(linear, 0, 1) * np.float32(_STEPS) + np.float32(0.5)
    return _BYTE_OF_STEP[step.astype(np.int32)]


def unit_to_byte(values: npt.NDArray[np.floating[Any]]) -> Bytes:
    """Return the bytes, of any shape, nearest to linear numbers in 0…1; others are clipped."""
    levels: Bytes = np.rint(np.clip(values, 0, 1) * 255).astype(np.uint8)
    return levels


def tone_map(light: Floats, shoulder: float = SHOULDER) -> Floats:
    """Compress linear colours (…, 3) to at most 1, and keep their hue.

    Colours whose highest channel is up to `shoulder` stay, so that product colours are not changed. Brighter
    ones approach 1 exponentially, never clip, and fade to white as far as they are above it, like in the
    Khronos PBR Neutral tone mapper. With a shoulder of 1 all that are brighter have a highest channel of 1.
    """
    return kernels.tone_map(light.reshape(-1, 3), shoulder, DESATURATION).reshape(light.shape)


def encode_pixels(light: Floats) -> Bytes:
    """Return sRGB bytes with alpha not premultiplied, (n, 4), of premultiplied linear light (n, 4)."""
    return kernels.encode_pixels(light, _BYTE_OF_STEP)
