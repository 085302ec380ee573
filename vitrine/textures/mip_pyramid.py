"""Mip pyramids of textures: one to sample while rendering, one to encode from.

`MipPyramid` holds RGBA texels and answers bilinear lookups. `TexturePyramid` holds what a level of detail
stores: channels as they are used, padding kept out of smaller sizes. Their halvings round differently; see
`vitrine.textures.downsample`.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from PIL import Image

from vitrine.arrays import Bools, Bytes, Floats, Ints, Pixels
from vitrine.codecs.images import as_8_bit
from vitrine.codecs.ktx2 import decode_ktx2
from vitrine.compiled import kernels
from vitrine.errors import ConfigError, ModelError
from vitrine.gltf.model import Model, Sampler, Texture
from vitrine.textures.chart_mask import ChartMasks
from vitrine.textures.color_space import LINEAR_OF_BYTE
from vitrine.textures.decoded import DecodedTextures, with_alpha
from vitrine.textures.downsample import (
    can_halve,
    fitted_size,
    halve,
    halve_for_sampling,
    halve_masked,
    resize,
)
from vitrine.textures.padding import FULL_COVERAGE, fill_padding
from vitrine.textures.texture_slots import TextureUse, texture_uses
from vitrine.textures.wrap import LINEAR, NEAREST, NEAREST_FILTERS

TINY_PX = 32
"""Textures up to this size keep their size and every texel."""
LINEAR_REPEAT = Sampler()
_UNIT_OF_BYTE = np.arange(256, dtype=np.float32) / np.float32(255)
BAND_ROWS = 128
"""Rows of an image that are converted at once"""


class MipPyramid:
    """RGBA texels and their halvings, made when they are first read. Safe to share between threads.

    Parameters
    ----------
    texels : (h, w, 4) uint8
    srgb : bool
        Whether red, green and blue are sRGB-encoded, so that they are averaged and returned as linear light.
    sampler : Sampler, optional
        How lookups wrap outside 0…1 and filter; by default they repeat and are linear.
    """

    def __init__(self, texels: Bytes, *, srgb: bool, sampler: Sampler = LINEAR_REPEAT) -> None:
        self._levels = [np.ascontiguousarray(texels)]
        self._sampler = sampler
        self._srgb = srgb
        self._lock = Lock()

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of level 0."""
        height, width = self._levels[0].shape[:2]
        return width, height

    def level(self, number: int) -> Bytes:
        """Return the texels after `number` halvings, (h, w, 4) uint8; at most the smallest level."""
        with self._lock:
            while len(self._levels) <= number and min(self._levels[-1].shape[:2]) >= 2:
                self._levels.append(halve_for_sampling(self._levels[-1], srgb=self._srgb))
            return self._levels[min(number, len(self._levels) - 1)]

    def sample(self, uvs: Floats, levels: Ints | int = 0) -> Floats:
        """Return filtered samples, (n, 4) float32 in 0…1; colours are linear light.

        Parameters
        ----------
        uvs : (n, 2) float32
            Texture coordinates
        levels : (n,) int32, or int
            Mip level of each sample, or of all
        """
        sampler = self._sampler
        numbers = np.zeros(len(uvs), np.int32)
        if isinstance(levels, int) or sampler.min_filter not in (NEAREST, LINEAR):
            numbers += levels
        nearest = (sampler.mag_filter in NEAREST_FILTERS, sampler.min_filter in NEAREST_FILTERS)
        pyramid = [self.level(number) for number in range(int(numbers.max(initial=0)) + 1)]
        color_of_byte = LINEAR_OF_BYTE if self._srgb else _UNIT_OF_BYTE
        return kernels.sample_texels(
            pyramid, numbers, uvs, (sampler.wrap_s, sampler.wrap_t), nearest, color_of_byte
        )


def decode_mip_pyramid(texture: Texture, *, srgb: bool, decoded: DecodedTextures | None = None) -> MipPyramid:
    """Decode a texture for sampling, or take it from `decoded`; `srgb` for colours, not for data.

    Raises
    ------
    ModelError
        When the image cannot be read. KTX2 can be read where the `basisu` program is installed.
    """
    try:
        if texture.media_type == "image/ktx2":
            texels = with_alpha(decode_ktx2(texture.data))
            return MipPyramid(texels, srgb=srgb, sampler=texture.sampler)
        if decoded is not None:
            return MipPyramid(with_alpha(decoded.texels(texture)), srgb=srgb, sampler=texture.sampler)
        with Image.open(io.BytesIO(texture.data)) as image:
            return MipPyramid(_rgba(as_8_bit(image)), srgb=srgb, sampler=texture.sampler)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, ConfigError) as error:
        raise ModelError(
            f"a texture of {len(texture.data)} bytes, {texture.media_type}, cannot be rendered: {error}; "
            "convert it to PNG, JPEG or WebP"
        ) from error


def _rgba(image: Image.Image) -> Bytes:
    """(h, w, 4) uint8, converted in bands: Pillow would hold four copies of the whole image."""
    texels = np.empty((image.height, image.width, 4), np.uint8)
    for top in range(0, image.height, BAND_ROWS):
        band = image.crop((0, top, image.width, min(top + BAND_ROWS, image.height)))
        texels[top : top + band.height] = np.asarray(band.convert("RGBA"))
    return texels


@dataclass(slots=True)
class TexturePyramid:
    """A texture to encode at several sizes, decoded once. Safe to share between threads."""

    use: TextureUse
    decoded: DecodedTextures = field(default_factory=DecodedTextures)
    charts: ChartMasks | None = None
    """The texels in use, so that padding does not bleed into smaller sizes; `None` counts all texels"""
    levels: list[Pixels] = field(default_factory=list)
    """The image, half of it, a quarter …, (h, w, 3 or 4) uint8 each"""
    masks: list[Bools | None] = field(default_factory=list)
    """The texels in use at each level, (h, w) bool; `None` where all count"""
    lock: Lock = field(default_factory=Lock)

    def at(self, limit_px: int) -> Pixels:
        """Return the image at most `limit_px` wide and high, (h, w, 3 or 4) uint8, padding filled."""
        kind = self.use.kind
        with self.lock:
            if not self.levels:
                self.levels.append(self._decode())
                self.masks.append(None)
            height, width = self.levels[0].shape[:2]
            size = fitted_size(width, height, limit_px)
            if max(width, height) <= min(TINY_PX, limit_px):
                size = width, height  # each texel counts: a palette, pixel art
            level = 0
            while can_halve(self.levels[level], size):
                level += 1
                if level == len(self.levels):
                    self._halve()
            pixels, mask = self.levels[level], self.masks[level]
        if mask is not None and float(mask.mean()) < FULL_COVERAGE:
            pixels = fill_padding(pixels, mask, kind)
        return resize(pixels, size, kind)

    def used(self, width: int, height: int) -> Bools | None:
        """Return the texels in use, (height, width) bool, or `None` where all may be."""
        return None if self.charts is None else self.charts.mask(width, height)

    def _halve(self) -> None:
        """Add a level. Below the first one, texels of the padding do not count in means."""
        pixels, mask = self.levels[-1], self.masks[-1]
        if mask is not None:
            smaller, smaller_mask = halve_masked(pixels, mask, self.use.kind)
            self.masks.append(smaller_mask)
        else:
            smaller = halve(pixels, self.use.kind)
            height, width = smaller.shape[:2]
            self.masks.append(self.used(width, height))
        self.levels.append(smaller)

    def _decode(self) -> Pixels:
        pixels = self.decoded.texels(self.use.texture)
        if pixels.shape[2] == 4 and (self.use.drop_alpha or bool((pixels[..., 3] == 255).all())):
            pixels = np.ascontiguousarray(pixels[..., :3])
        return pixels


def texture_pyramids(
    model: Model, decoded: DecodedTextures, simplified: Callable[[], Model] | None = None
) -> dict[TextureUse, TexturePyramid]:
    """Return a pyramid for each texture of a model; textures of the same materials share their chart masks.

    Parameters
    ----------
    decoded : DecodedTextures
        Where they are decoded
    simplified : callable, optional
        Returns the largest model that will be written. Charts it does not use are padding.
    """
    materials_of: dict[TextureUse, frozenset[int]] = {}
    for number, material in enumerate(model.materials):
        for use in texture_uses((material,)):
            materials_of[use] = materials_of.get(use, frozenset()) | {number}
    source = simplified or (lambda: model)
    charts = {materials: ChartMasks(source, materials) for materials in set(materials_of.values())}
    return {use: TexturePyramid(use, decoded, charts[materials]) for use, materials in materials_of.items()}
