"""The hash of an image's pixels, whatever file they are in."""

from __future__ import annotations

import hashlib

import numpy as np

from vitrine.arrays import Pixels


def pixels_sha256(pixels: Pixels) -> str:
    """sha256 (hex) of `RGBA|width|height` and the raw pixels of (h, w, 3 or 4) uint8; RGB is opaque RGBA."""
    height, width, channels = pixels.shape
    if channels == 3:
        pixels = np.dstack([pixels, np.full((height, width), 255, np.uint8)])
    return hashlib.sha256(f"RGBA|{width}|{height}".encode() + pixels.tobytes()).hexdigest()
