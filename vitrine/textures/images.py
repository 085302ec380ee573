"""Shrink the pixels of textures.

Pixels are (h, w, 3 or 4) uint8. Colour shrinks in linear light, where a mean is what the eye sees from afar;
data (roughness, metal, occlusion) shrinks as numbers; normals are made unit length again.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from vitrine.arrays import Pixels
from vitrine.codecs.images import Kind

LINEAR_LEVELS = 65535


def fitted_size(width: int, height: int, limit_px: int) -> tuple[int, int]:
    """Powers of two nearest the picture's sides, the longer one at most `limit_px`."""
    longest = max(width, height)
    shrink = min(1.0, limit_px / longest)

    def nearest(side: int) -> int:
        return int(2 ** round(float(np.log2(max(1.0, side * shrink)))))

    cap = 2 ** int(np.log2(limit_px))
    return min(cap, nearest(width)), min(cap, nearest(height))


def can_halve(pixels: Pixels, size: tuple[int, int]) -> bool:
    """Whether half the picture is still at least `size` (width, height)."""
    height, width = pixels.shape[:2]
    return not (height % 2 or width % 2) and width >= 2 * size[0] and height >= 2 * size[1]


def halve(pixels: Pixels, kind: Kind) -> Pixels:
    """Means of two by two texels; with alpha, colour counts as much as it is opaque."""
    if pixels.shape[2] == 4 and kind == "color":
        return _halved_with_alpha(pixels)
    levels = _to_linear()[pixels] if kind == "color" else pixels
    total = levels[0::2, 0::2].astype(np.uint32)
    total += levels[1::2, 0::2]
    total += levels[0::2, 1::2]
    total += levels[1::2, 1::2]
    if kind == "normal":
        return _unit_normals(total / 4)
    total += 2
    total >>= 2
    if kind == "color":
        return np.asarray(_from_linear()[total])
    return np.asarray(total, np.uint8)


def halve_masked(
    pixels: Pixels, mask: npt.NDArray[np.bool_], kind: Kind
) -> tuple[Pixels, npt.NDArray[np.bool_]]:
    """Means of the texels in `mask` among each two by two, and which means there are; others are zero."""
    levels = _to_linear()[pixels] if kind == "color" else pixels.astype(np.uint16)
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
    color = _from_linear()[mean[..., :3]]
    if pixels.shape[2] == 4:
        color = np.dstack([color, mean[..., 3].astype(np.uint8)])
    return color, count > 0


def _halved_with_alpha(pixels: Pixels) -> Pixels:
    alpha = pixels[..., 3].astype(np.float32)
    light = _to_linear()[pixels[..., :3]].astype(np.float32) * alpha[..., None]
    plain = halve(np.ascontiguousarray(pixels[..., :3]), "color")
    weight = _sum_of_four(alpha)
    mean = _sum_of_four(light) / np.where(weight > 0, weight, 1)[..., None]
    color: Pixels = _from_linear()[np.rint(mean).astype(np.uint16)]
    color = np.where(weight[..., None] > 0, color, plain)
    return np.dstack([color, np.rint(weight / 4).astype(np.uint8)])


def _sum_of_four(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.asarray(values[0::2, 0::2] + values[1::2, 0::2] + values[0::2, 1::2] + values[1::2, 1::2])


def resize(pixels: Pixels, size: tuple[int, int], kind: Kind) -> Pixels:
    """The picture at `size` (width, height), box-filtered; itself when it has that size."""
    if (pixels.shape[1], pixels.shape[0]) == size:
        return pixels
    planes = []
    for channel in range(pixels.shape[2]):
        plane = pixels[..., channel]
        is_light = kind == "color" and channel < 3
        values = _to_linear()[plane].astype(np.float32) if is_light else plane.astype(np.float32)
        planes.append(np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BOX)))
    stacked = np.dstack(planes)
    if kind == "normal":
        return _unit_normals(stacked)
    if kind == "data":
        return _levels(stacked)
    color: Pixels = _from_linear()[np.clip(np.rint(stacked[..., :3]), 0, LINEAR_LEVELS).astype(np.uint16)]
    if pixels.shape[2] == 3:
        return color
    return np.dstack([color, _levels(stacked[..., 3])])


def _levels(values: npt.NDArray[Any]) -> Pixels:
    levels: Pixels = np.clip(np.rint(values), 0, 255).astype(np.uint8)
    return levels


def _unit_normals(levels: npt.NDArray[Any]) -> Pixels:
    vectors = levels[..., :3] / 127.5 - 1
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    vectors = np.where(length > 1e-6, vectors / np.where(length > 1e-6, length, 1), (0.0, 0.0, 1.0))
    return _levels((vectors + 1) * 127.5)


@cache
def _to_linear() -> npt.NDArray[np.uint16]:
    """(256,): sRGB level -> linear light of 65535 (IEC 61966-2-1)."""
    level = np.arange(256) / 255
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    levels: npt.NDArray[np.uint16] = np.rint(linear * LINEAR_LEVELS).astype(np.uint16)
    return levels


@cache
def _from_linear() -> Pixels:
    """(65536,): linear light of 65535 -> nearest sRGB level."""
    linear = np.arange(LINEAR_LEVELS + 1) / LINEAR_LEVELS
    level = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    levels: Pixels = np.rint(level * 255).astype(np.uint8)
    return levels
