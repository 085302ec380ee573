"""Read the textures of a material at surface points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vitrine.arrays import Floats
from vitrine.gltf.model import Material, Texture
from vitrine.render.rays.surface_hit import SurfaceHit
from vitrine.render.scene import Scene

LEVEL_BIAS = 0.2
"""Subtracted from mip levels before they are rounded, for images that are sharper rather than blurred"""


@dataclass(slots=True)
class TextureReader:
    """The textures of one material at n points."""

    scene: Scene
    material: Material
    hit: SurfaceHit
    footprint_m: Floats
    """(n,) width of a pixel in metres, which sets the mip level"""
    has_uvs: bool
    _hits: dict[int, SurfaceHit] = field(default_factory=dict)

    def points(self, texture: Texture) -> SurfaceHit:
        """Return the points with the UVs that a texture reads."""
        if not texture.uv or texture.uv > len(self.scene.other_uvs):
            return self.hit
        if texture.uv not in self._hits:
            self._hits[texture.uv] = self.hit.with_uvs(self.scene, self.scene.other_uvs[texture.uv - 1])
        return self._hits[texture.uv]

    def read(self, texture: Texture | None, *, srgb: bool = False, coarser: int = 0) -> Floats | None:
        """Return a texture's values, (n, 4) float32, `coarser` mip levels up; `None` without a texture."""
        if texture is None or not self.has_uvs:
            return None
        pyramid, points = self.scene.texture(texture, srgb=srgb), self.points(texture)
        texels = points.uv_per_m * self.footprint_m * np.float32(max(pyramid.size_px))
        level = np.round(np.log2(np.maximum(texels, np.float32(1e-3))) - np.float32(LEVEL_BIAS))
        return pyramid.sample(points.uv, np.maximum(level + coarser, 0).astype(np.int32))

    def texture_of(self, extension: Mapping[str, Any], key: str) -> Texture | None:
        """Return the texture that a property of an extension names, if there is one."""
        info = extension.get(key)
        return None if info is None else self.material.extension_textures[info["index"]]

    def scaled(self, extension: Mapping[str, Any], name: str, channel: int, default: float = 0.0) -> Floats:
        """Return `nameFactor` times a channel of `nameTexture`, (n,) float32."""
        factor = np.float32(extension.get(f"{name}Factor", default))
        values = self.read(self.texture_of(extension, f"{name}Texture"))
        count = len(self.hit.mesh)
        return np.full(count, factor, np.float32) if values is None else values[:, channel] * factor

    def colored(self, extension: Mapping[str, Any], name: str, default: float = 0.0) -> Floats:
        """Return `nameFactor` times the colour of `nameTexture`, (n, 3) float32 linear."""
        factor = np.array(extension.get(f"{name}Factor", (default,) * 3), np.float32)[:3]
        values = self.read(self.texture_of(extension, f"{name}Texture"), srgb=True)
        return np.tile(factor, (len(self.hit.mesh), 1)) if values is None else values[:, :3] * factor
