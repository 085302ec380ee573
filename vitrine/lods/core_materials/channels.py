"""The values of a material's core channels, texel by texel, and a material made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vitrine.arrays import Floats
from vitrine.codecs.images import Kind, decode_image, encode_png, image_size
from vitrine.gltf.model import Material, Texture
from vitrine.textures.color_space import LINEAR_OF_BYTE, to_srgb, unit_to_byte
from vitrine.textures.downsample import resize

MAX_TEXTURE_PX = 2048
"""Baked textures are no larger."""
SAME = 2 / 255
"""Values of a channel that differ by no more become a factor."""


@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """Core channels as (h, w, k) float32 in 0…1; (1, 1, k) where no texture varies them."""

    color: Floats
    """Linear base colour, k = 3"""
    alpha: Floats
    """k = 1, as the next two"""
    metallic: Floats
    roughness: Floats


class MaterialReader:
    """Reads a material's factors, and its textures at one size: that of the largest, at most 2048 px."""

    def __init__(self, material: Material) -> None:
        self.material = material
        core = (material.base_color, material.metallic_roughness)
        self._textures = [each for each in (*core, *material.extension_textures) if each is not None]
        sizes = [image_size(each.data, each.media_type) for each in self._textures]
        self._size = tuple(
            min(MAX_TEXTURE_PX, max((size[axis] for size in sizes), default=1)) for axis in (0, 1)
        )

    def channels(self) -> Channels:
        """Return factor times texture of the core channels. Raises `ModelError` for a broken texture."""
        material = self.material
        base = self.texels(material.base_color, "color")
        orm = self.texels(material.metallic_roughness, "data")
        factor = np.array(material.base_color_factor, np.float32)
        opaque = material.alpha_mode == "OPAQUE"
        return Channels(
            color=base[..., :3] * factor[:3],
            alpha=np.ones((1, 1, 1), np.float32) if opaque else base[..., 3:] * factor[3],
            metallic=orm[..., 2:3] * np.float32(material.metallic_factor),
            roughness=orm[..., 1:2] * np.float32(material.roughness_factor),
        )

    def number(self, extension: str, name: str, default: float) -> float:
        """Return a factor of an extension, or its default where the material lacks it."""
        return float(self._settings(extension).get(name, default))

    def color(self, extension: str, name: str, default: float) -> Floats:
        """Return a colour factor, (3,) float32 linear; `default` in each channel where there is none."""
        return np.array(self._settings(extension).get(name, (default,) * 3), np.float32)

    def texture(self, extension: str, name: str, kind: Kind) -> Floats:
        """Return a texture of an extension as `texels` does."""
        info = self._settings(extension).get(name)
        texture = None if info is None else self.material.extension_textures[info["index"]]
        return self.texels(texture, kind)

    def texels(self, texture: Texture | None, kind: Kind) -> Floats:
        """Return RGBA, (h, w, 4) float32 in 0…1, colours as linear light; ones, (1, 1, 4), without one."""
        if texture is None:
            return np.ones((1, 1, 4), np.float32)
        pixels = decode_image(texture.data, texture.media_type)
        if pixels.shape[2] == 3:
            pixels = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
        pixels = resize(pixels, (self._size[0], self._size[1]), kind)
        if kind != "color":
            return np.asarray(pixels, np.float32) / np.float32(255)
        return np.dstack([LINEAR_OF_BYTE[pixels[..., :3]], pixels[..., 3:].astype(np.float32) / 255])

    def with_channels(self, before: Channels, after: Channels) -> Material:
        """Return the material with the channels that have changed, as factors and textures.

        A baked texture has the sampler of the material's first one.
        """
        changes: dict[str, Any] = {}
        if after.color is not before.color or after.alpha is not before.alpha:
            changes |= self._base_color(after)
        if after.metallic is not before.metallic or after.roughness is not before.roughness:
            changes |= self._metallic_roughness(after)
        return replace(self.material, **changes)

    def _settings(self, extension: str) -> Mapping[str, Any]:
        settings: Mapping[str, Any] = self.material.extensions.get(extension, {})
        return settings

    def _base_color(self, channels: Channels) -> dict[str, Any]:
        color, alpha = _uniform(channels.color), _uniform(channels.alpha)
        factor = (1.0, 1.0, 1.0) if color is None else color
        opacity = 1.0 if alpha is None else alpha[0]
        changes: dict[str, Any] = {"base_color_factor": (*factor, opacity), "base_color": None}
        if color is None or alpha is None:
            texels = to_srgb(channels.color if color is None else np.ones((1, 1, 3), np.float32))
            if alpha is None:
                shape = np.broadcast_shapes(texels.shape[:2], channels.alpha.shape[:2])
                texels = np.broadcast_to(texels, (*shape, 3))
                texels = np.dstack([texels, np.broadcast_to(unit_to_byte(channels.alpha), (*shape, 1))])
            changes["base_color"] = self._png(texels)
        return changes

    def _metallic_roughness(self, channels: Channels) -> dict[str, Any]:
        metallic, roughness = _uniform(channels.metallic), _uniform(channels.roughness)
        changes: dict[str, Any] = {
            "metallic_factor": 1.0 if metallic is None else metallic[0],
            "roughness_factor": 1.0 if roughness is None else roughness[0],
            "metallic_roughness": None,
        }
        if metallic is None or roughness is None:
            shape = np.broadcast_shapes(channels.metallic.shape[:2], channels.roughness.shape[:2])
            planes = [np.full((*shape, 1), 255, np.uint8)]
            for values, constant in ((channels.roughness, roughness), (channels.metallic, metallic)):
                bytes_ = np.full((1, 1, 1), 255, np.uint8) if constant is not None else unit_to_byte(values)
                planes.append(np.broadcast_to(bytes_, (*shape, 1)))
            changes["metallic_roughness"] = self._png(np.dstack(planes))
        return changes

    def _png(self, pixels: Any) -> Texture:
        return replace(self._textures[0], data=encode_png(pixels), media_type="image/png")


def _uniform(values: Floats) -> tuple[float, ...] | None:
    """The mean of each channel of (h, w, k), where none of them varies."""
    flat = values.reshape(-1, values.shape[2])
    if float(np.ptp(flat, axis=0).max()) > SAME:
        return None
    return tuple(float(mean) for mean in np.clip(flat.mean(axis=0), 0, 1))
