"""Encoded textures to texels: decoding, smaller levels in linear light, bilinear look-up."""

from __future__ import annotations

import io
import threading

import numpy as np
from PIL import Image

from vitrine.arrays import Bytes, Floats, Ints, Pixels
from vitrine.codecs.ktx2 import decode_ktx2
from vitrine.errors import ConfigError, ModelError
from vitrine.gltf.model import Texture
from vitrine.textures.color_space import LINEAR

# Four 14-bit values add up within 16 bits, and 14 bits still hold five steps between the two darkest bytes.
_TO_14_BIT = np.round(LINEAR * 16383).astype(np.uint16)
# Two bytes at a time, in either byte order: twice as quick as one.
_PAIRS = np.arange(65536, dtype=np.uint16).view(np.uint8).reshape(-1, 2)
_PAIRS_TO_14_BIT = _TO_14_BIT[_PAIRS].view(np.uint32)[:, 0]
_TO_BYTE = np.searchsorted(
    (LINEAR[1:] + LINEAR[:-1]) / 2 * np.float32(4 * 16383), np.arange(65536, dtype=np.float32)
).astype(np.uint8)
BAND_ROWS = 128
"""Rows that are worked on at once; even."""
_BYTES = np.arange(256, dtype=np.float32) / np.float32(255)


class MipPyramid:
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

    def sample(self, uvs: Floats, levels: Ints | int = 0) -> Floats:
        """Values at `uvs` (n, 2), repeating outside 0…1: (n, 4) float32 in 0…1, colours in linear light.

        `levels` says per point, or for all, how often the picture was halved before it is read.
        """
        if isinstance(levels, int):
            return self._bilinear(uvs, self.level(levels))
        lowest, highest = int(levels.min(initial=1 << 30)), int(levels.max(initial=0))
        if lowest >= highest:
            return self._bilinear(uvs, self.level(highest))
        values = np.empty((len(uvs), 4), np.float32)
        for number in range(lowest, highest + 1):
            here = np.flatnonzero(levels == number)
            if len(here):
                values[here] = self._bilinear(uvs[here], self.level(number))
        return values

    def _bilinear(self, uvs: Floats, texels: Bytes) -> Floats:
        height, width = texels.shape[:2]
        packed = texels.view(np.uint32).ravel()
        at = uvs * np.array([width, height], np.float32) - np.float32(0.5)
        whole = np.floor(at)
        part = (at - whole).astype(np.float32)
        x0, x1 = _repeated(whole[:, 0], width)
        y0, y1 = _repeated(whole[:, 1], height)
        fx, fy = part[:, :1], part[:, 1:]
        top = self._values(packed[y0 * width + x0]) * (1 - fx) + self._values(packed[y0 * width + x1]) * fx
        low = self._values(packed[y1 * width + x0]) * (1 - fx) + self._values(packed[y1 * width + x1]) * fx
        values: Floats = top * (1 - fy) + low * fy
        return values

    def _values(self, packed: Ints) -> Floats:
        texels = packed.view(np.uint8).reshape(-1, 4)
        if not self._srgb:
            plain: Floats = _BYTES[texels]
            return plain
        values: Floats = LINEAR[texels]
        values[:, 3] = _BYTES[texels[:, 3]]
        return values


def _repeated(whole: Floats, size: int) -> tuple[Ints, Ints]:
    """Texel numbers and the ones after, along an axis of `size` that repeats."""
    at = whole.astype(np.int64)
    if size & (size - 1) == 0:
        return at & (size - 1), (at + 1) & (size - 1)
    at %= size
    return at, np.where(at + 1 == size, 0, at + 1)


def decode_mip_pyramid(texture: Texture, *, srgb: bool) -> MipPyramid:
    """The texels of an encoded texture; `srgb` for colours (decoded to linear light), not for data.

    Raises `ModelError` when the picture cannot be read here; KTX2 can where the `basisu` program is.
    """
    try:
        if texture.media_type == "image/ktx2":
            return MipPyramid(_with_alpha(decode_ktx2(texture.data)), srgb=srgb)
        with Image.open(io.BytesIO(texture.data)) as picture:
            return MipPyramid(_texels(picture), srgb=srgb)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, ConfigError) as error:
        raise ModelError(
            f"a texture of {len(texture.data)} bytes, {texture.media_type}, cannot be drawn: {error}; "
            "convert it to PNG, JPEG or WebP"
        ) from error


def _with_alpha(pixels: Pixels) -> Bytes:
    """(h, w, 4) uint8; alpha is 255 where there was none."""
    if pixels.shape[2] == 4:
        return pixels
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def _texels(picture: Image.Image) -> Bytes:
    """(h, w, 4), a band at a time: Pillow would hold four copies of the whole."""
    texels = np.empty((picture.height, picture.width, 4), np.uint8)
    for top in range(0, picture.height, BAND_ROWS):
        band = picture.crop((0, top, picture.width, min(top + BAND_ROWS, picture.height)))
        texels[top : top + band.height] = np.asarray(band.convert("RGBA"))
    return texels


def _halve(texels: Bytes, *, srgb: bool) -> Bytes:
    height, width = (n - n % 2 for n in texels.shape[:2])
    half = np.empty((height // 2, width // 2, 4), np.uint8)
    for top in range(0, height, BAND_ROWS):
        band = np.ascontiguousarray(texels[top : min(top + BAND_ROWS, height), :width])
        half[top // 2 : (top + len(band)) // 2] = _halved(band, srgb=srgb)
    return half


def _halved(band: Bytes, *, srgb: bool) -> Ints:
    if not srgb:
        return (_sums(band.astype(np.uint16)) + 2) >> 2
    half = _TO_BYTE[_sums(_PAIRS_TO_14_BIT[band.view(np.uint16)].view(np.uint16))]
    if band[..., 3].min() < 255:
        half[..., 3] = (_sums(band.astype(np.uint16))[..., 3] + 2) >> 2
    return half


def _sums(wide: Ints) -> Ints:
    """Sums of two by two texels (h, w, 4) uint16, which fit: all four channels are added as one number."""
    packed = (wide[0::2] + wide[1::2]).view(np.uint64)
    sums = packed[:, 0::2] + packed[:, 1::2]
    return sums.view(np.uint16).reshape(len(sums), -1, 4)
