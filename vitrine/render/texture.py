"""Encoded textures to texels: decoding, smaller levels in linear light, bilinear look-up."""

from __future__ import annotations

import io
import threading

import numpy as np
from PIL import Image

from vitrine.errors import ModelError
from vitrine.gltf.model import Texture
from vitrine.render.arrays import Bytes, Floats, Numbers
from vitrine.render.tone import LINEAR

# Four 14-bit values add up within 16 bits, and 14 bits still hold five steps between the two darkest bytes.
_TO_14_BIT = np.round(LINEAR * 16383).astype(np.uint16)
_TO_BYTE = np.searchsorted(
    (LINEAR[1:] + LINEAR[:-1]) / 2 * np.float32(4 * 16383), np.arange(65536, dtype=np.float32)
).astype(np.uint8)
_BYTES = np.arange(256, dtype=np.float32) / np.float32(255)


class Pyramid:
    """A picture and its half, quarter, … sizes, made when first asked for; texels are (h, w, 4) uint8."""

    def __init__(self, texels: Bytes, *, srgb: bool) -> None:
        self._levels = [np.ascontiguousarray(texels)]
        self._srgb = srgb
        self._lock = threading.Lock()

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the whole picture."""
        height, width = self._levels[0].shape[:2]
        return width, height

    def level(self, number: int) -> Bytes:
        """The picture halved `number` times; at the last possible one it stays."""
        with self._lock:
            while len(self._levels) <= number and min(self._levels[-1].shape[:2]) >= 2:
                self._levels.append(_halve(self._levels[-1], srgb=self._srgb))
            return self._levels[min(number, len(self._levels) - 1)]

    def sample(self, uvs: Floats, levels: Numbers | int = 0) -> Floats:
        """Values at `uvs` (n, 2), repeating outside 0…1: (n, 4) float32 in 0…1, colours in linear light.

        `levels` says per point, or for all, how often the picture was halved before it is read.
        """
        if isinstance(levels, int):
            return self._bilinear(uvs, self.level(levels))
        values = np.empty((len(uvs), 4), np.float32)
        for number in np.unique(levels):
            here = levels == number
            values[here] = self._bilinear(uvs[here], self.level(int(number)))
        return values

    def _bilinear(self, uvs: Floats, texels: Bytes) -> Floats:
        height, width = texels.shape[:2]
        packed = texels.view(np.uint32).ravel()
        at = uvs * np.array([width, height], np.float32) - np.float32(0.5)
        whole = np.floor(at)
        part = (at - whole).astype(np.float32)
        x0, y0 = (whole.astype(np.int64) % (width, height)).T
        x1, y1 = (x0 + 1) % width, (y0 + 1) % height
        fx, fy = part[:, :1], part[:, 1:]
        top = self._values(packed[y0 * width + x0]) * (1 - fx) + self._values(packed[y0 * width + x1]) * fx
        low = self._values(packed[y1 * width + x0]) * (1 - fx) + self._values(packed[y1 * width + x1]) * fx
        values: Floats = top * (1 - fy) + low * fy
        return values

    def _values(self, packed: Numbers) -> Floats:
        texels = packed.view(np.uint8).reshape(-1, 4)
        if not self._srgb:
            plain: Floats = _BYTES[texels]
            return plain
        values: Floats = LINEAR[texels]
        values[:, 3] = _BYTES[texels[:, 3]]
        return values


def decode(texture: Texture, *, srgb: bool) -> Pyramid:
    """The texels of an encoded texture; `srgb` for colours (decoded to linear light), not for data.

    Raises `ModelError` when the picture cannot be read here (KTX2 never can).
    """
    try:
        with Image.open(io.BytesIO(texture.data)) as picture:
            return Pyramid(np.asarray(picture.convert("RGBA")), srgb=srgb)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ModelError(
            f"a texture of {len(texture.data)} bytes, {texture.media_type}, cannot be drawn: {error}; "
            "convert it to PNG, JPEG or WebP"
        ) from error


def _halve(texels: Bytes, *, srgb: bool) -> Bytes:
    height, width = (n - n % 2 for n in texels.shape[:2])
    wide = _TO_14_BIT[texels[:height, :width]] if srgb else texels[:height, :width].astype(np.uint16)
    if srgb:
        wide[..., 3] = texels[:height, :width, 3]
    total = wide[0::2, 0::2] + wide[1::2, 0::2]
    total += wide[0::2, 1::2]
    total += wide[1::2, 1::2]
    half = np.empty(total.shape, np.uint8)
    if srgb:
        half[..., :3] = _TO_BYTE[total[..., :3]]
        half[..., 3] = (total[..., 3] + 2) >> 2
    else:
        half[...] = (total + 2) >> 2
    return half
