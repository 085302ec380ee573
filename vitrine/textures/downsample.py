"""Halve and resize the pixels of textures.

Colour is averaged in linear light, data (occlusion, roughness, metallic) as numbers, normals as vectors that
are made unit length again. Two halvings give slightly different bytes on purpose: `halve` serves encoded
textures and averages 16-bit light; `halve_for_sampling` serves ray tracing, where speed counts, and adds
14-bit light, four channels at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.arrays import Bools, Bytes, Floats, Ints, Pixels
from vitrine.codecs.images import Kind
from vitrine.textures.color_space import LEVELS_16_BIT, LINEAR_OF_BYTE, byte_of_linear16, linear16_of_byte

# Four 14-bit values add up within 16 bits, and 14 bits still hold five steps between the two darkest bytes.
_LINEAR14_OF_BYTE = np.round(LINEAR_OF_BYTE * 16383).astype(np.uint16)
# Two bytes at a time, in either byte order: twice as fast as one.
_BYTE_PAIRS = np.arange(65536, dtype=np.uint16).view(np.uint8).reshape(-1, 2)
_LINEAR14_OF_PAIR = _LINEAR14_OF_BYTE[_BYTE_PAIRS].view(np.uint32)[:, 0]
_BYTE_OF_SUM = np.searchsorted(
    (LINEAR_OF_BYTE[1:] + LINEAR_OF_BYTE[:-1]) / 2 * np.float32(4 * 16383),
    np.arange(65536, dtype=np.float32),
).astype(np.uint8)
BAND_ROWS = 128
"""Rows that are converted at once, so that intermediate arrays stay small; even"""


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
    levels = linear16_of_byte()[pixels] if kind == "color" else pixels
    total = levels[0::2, 0::2].astype(np.uint32)
    total += levels[1::2, 0::2]
    total += levels[0::2, 1::2]
    total += levels[1::2, 1::2]
    if kind == "normal":
        return _unit_normals(total / 4)
    total += 2
    total >>= 2
    if kind == "color":
        return np.asarray(byte_of_linear16()[total])
    return np.asarray(total, np.uint8)


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
    levels = linear16_of_byte()[pixels] if kind == "color" else pixels.astype(np.uint16)
    if pixels.shape[2] == 4 and kind == "color":
        levels[..., 3] = pixels[..., 3]
    levels *= mask[..., None]
    total = levels[0::2, 0::2].astype(np.float32)
    total += levels[1::2, 0::2]
    total += levels[0::2, 1::2]
    total += levels[1::2, 1::2]
    used = mask.view(np.uint8)
    count = used[0::2, 0::2] + used[1::2, 0::2] + used[0::2, 1::2] + used[1::2, 1::2]
    share = np.float32(1) / np.maximum(count, 1).astype(np.float32)
    total *= share[..., None]
    mean = np.rint(total, out=total).astype(np.uint16)
    if kind == "normal":
        return _unit_normals(mean), count > 0
    if kind == "data":
        return mean.astype(np.uint8), count > 0
    color = byte_of_linear16()[mean[..., :3]]
    if pixels.shape[2] == 4:
        color = np.dstack([color, mean[..., 3].astype(np.uint8)])
    return color, count > 0


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
    half = np.empty((height // 2, width // 2, 4), np.uint8)
    for top in range(0, height, BAND_ROWS):
        band = np.ascontiguousarray(texels[top : min(top + BAND_ROWS, height), :width])
        half[top // 2 : (top + len(band)) // 2] = _halve_band(band, srgb=srgb)
    return half


def _halve_band(band: Bytes, *, srgb: bool) -> Ints:
    if not srgb:
        return (_sums(band.astype(np.uint16)) + 2) >> 2
    half = _BYTE_OF_SUM[_sums(_LINEAR14_OF_PAIR[band.view(np.uint16)].view(np.uint16))]
    if band[..., 3].min() < 255:
        half[..., 3] = (_sums(band.astype(np.uint16))[..., 3] + 2) >> 2
    return half


def _sums(values: Ints) -> Ints:
    """Sums of two by two texels (h, w, 4) uint16, which fit: four channels are added as one number."""
    packed = (values[0::2] + values[1::2]).view(np.uint64)
    sums = packed[:, 0::2] + packed[:, 1::2]
    return sums.view(np.uint16).reshape(len(sums), -1, 4)


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
