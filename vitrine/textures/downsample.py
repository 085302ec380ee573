"""Halve and resize the pixels of textures.

Colour is averaged in linear light, data (occlusion, roughness, metallic) as numbers, normals as vectors that
are made unit length again. `halve` serves encoded textures; `halve_for_sampling` serves ray tracing, and
averages colour whatever its alpha.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.arrays import Bools, Bytes, Floats, Pixels
from vitrine.codecs.images import Kind
from vitrine.compiled import kernels
from vitrine.textures.color_space import LEVELS_16_BIT, byte_of_linear16, linear16_of_byte

_BYTES = np.arange(256, dtype=np.uint16)
_BYTES_OF_DATA = np.arange(65536).astype(np.uint8)


def fitted_size(width: int, height: int, limit_px: int) -> tuple[int, int]:
    """Return the powers of two nearest to the sides of an image that is scaled to at most `limit_px`."""
    shrink = min(1.0, limit_px / max(width, height))

    def nearest(side: int) -> int:
        return int(2 ** round(float(np.log2(max(1.0, side * shrink)))))

    largest = 2 ** int(np.log2(limit_px))
    return min(largest, nearest(width)), min(largest, nearest(height))


def can_halve(pixels: Pixels, size: tuple[int, int]) -> bool:
    """Whether both sides are even and half the image is at least `size` (width, height)."""
    height, width = pixels.shape[:2]
    return not (height % 2 or width % 2) and width >= 2 * size[0] and height >= 2 * size[1]


def halve(pixels: Pixels, kind: Kind) -> Pixels:
    """Average each two by two texels of an image with even sides.

    Colour with alpha is weighted by its alpha.

    Parameters
    ----------
    pixels : (h, w, 3 or 4) uint8
    kind : Kind
        `color`, `data` or `normal`

    Returns
    -------
    (h / 2, w / 2, 3 or 4) uint8
    """
    if pixels.shape[2] == 4 and kind == "color":
        return _halve_with_alpha(pixels)
    if kind == "normal":
        return _unit_normals(_sum_of_four(pixels.astype(np.float64)) / 4)
    return kernels.halve_texels(pixels, *_levels_and_bytes(kind))


def halve_masked(pixels: Pixels, mask: Bools, kind: Kind) -> tuple[Pixels, Bools]:
    """Average the texels in `mask` among each two by two.

    Parameters
    ----------
    pixels : (h, w, 3 or 4) uint8
    mask : (h, w) bool

    Returns
    -------
    (h / 2, w / 2, 3 or 4) uint8
        0 where none of the four texels is in the mask
    (h / 2, w / 2) bool
        Where at least one of the four is
    """
    mean, covered = kernels.halve_masked_texels(pixels, mask, *_levels_and_bytes(kind))
    return (_unit_normals(mean) if kind == "normal" else mean), covered


def _levels_and_bytes(kind: Kind) -> tuple[npt.NDArray[np.uint16], Bytes]:
    """Return the level at which each byte is averaged, and the byte of each level."""
    if kind == "color":
        return linear16_of_byte(), byte_of_linear16()
    return _BYTES, _BYTES_OF_DATA


def halve_for_sampling(texels: Bytes, *, srgb: bool) -> Bytes:
    """Average each two by two RGBA texels; an odd last row or column is left out.

    Parameters
    ----------
    texels : (h, w, 4) uint8
    srgb : bool
        Average red, green and blue in linear light.

    Returns
    -------
    (h // 2, w // 2, 4) uint8
    """
    height, width = (n - n % 2 for n in texels.shape[:2])
    return kernels.halve_texels(texels[:height, :width], *_levels_and_bytes("color" if srgb else "data"))


def _halve_with_alpha(pixels: Pixels) -> Pixels:
    alpha = pixels[..., 3].astype(np.float32)
    light = linear16_of_byte()[pixels[..., :3]].astype(np.float32) * alpha[..., None]
    unweighted = halve(np.ascontiguousarray(pixels[..., :3]), "color")
    weight = _sum_of_four(alpha)
    mean = _sum_of_four(light) / np.where(weight > 0, weight, 1)[..., None]
    color: Pixels = byte_of_linear16()[np.rint(mean).astype(np.uint16)]
    color = np.where(weight[..., None] > 0, color, unweighted)
    return np.dstack([color, np.rint(weight / 4).astype(np.uint8)])


def _sum_of_four(values: Floats) -> Floats:
    return np.asarray(values[0::2, 0::2] + values[1::2, 0::2] + values[0::2, 1::2] + values[1::2, 1::2])


def resize(pixels: Pixels, size: tuple[int, int], kind: Kind) -> Pixels:
    """Return an image (h, w, 3 or 4) uint8 at `size` (width, height), box-filtered; itself at that size."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    planes = []
    for channel in range(pixels.shape[2]):
        plane = pixels[..., channel]
        is_light = kind == "color" and channel < 3
        values = linear16_of_byte()[plane].astype(np.float32) if is_light else plane.astype(np.float32)
        planes.append(np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BOX)))
    stacked = np.dstack(planes)
    if kind == "normal":
        return _unit_normals(stacked)
    if kind == "data":
        return _to_bytes(stacked)
    light = np.clip(np.rint(stacked[..., :3]), 0, LEVELS_16_BIT).astype(np.uint16)
    color: Pixels = byte_of_linear16()[light]
    if pixels.shape[2] == 3:
        return color
    return np.dstack([color, _to_bytes(stacked[..., 3])])


def _to_bytes(values: npt.NDArray[Any]) -> Pixels:
    levels: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return levels


def _unit_normals(levels: npt.NDArray[Any]) -> Pixels:
    """Normals (h, w, 3) in 0…255 at unit length, as bytes; +z where the mean has no direction."""
    vectors = levels[..., :3] / 127.5 - 1
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    vectors = np.where(length > 1e-6, vectors / np.where(length > 1e-6, length, 1), (0.0, 0.0, 1.0))
    return _to_bytes((vectors + 1) * 127.5)
