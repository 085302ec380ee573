"""The image files of a USDZ package: PNG and JPEG, each content once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from vitrine.codecs.images import decode_image, encode_png
from vitrine.errors import ModelError
from vitrine.gltf.model import Material, Texture

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg"}


@dataclass(slots=True)
class TextureFiles:
    """Collects images under paths inside the package."""

    files: dict[str, bytes] = field(default_factory=dict)
    _paths: dict[bytes, str] = field(default_factory=dict)

    def add(self, texture: Texture) -> str:
        """Return the path of a texture's image. Raises `ModelError` for what is neither PNG nor JPEG."""
        if texture.media_type not in SUFFIXES:
            raise ModelError(f"USDZ takes PNG and JPEG, not {texture.media_type}")
        if texture.data not in self._paths:
            path = f"textures/texture_{len(self.files)}{SUFFIXES[texture.media_type]}"
            self._paths[texture.data] = path
            self.files[path] = texture.data
        return self._paths[texture.data]


def scaled_normals(material: Material) -> Texture | None:
    """Return the normal map with `normal_scale` in its texels: readers of USD expect scale 2 and bias -1."""
    texture = material.normal
    if texture is None or material.normal_scale == 1:
        return texture
    pixels = decode_image(texture.data, texture.media_type)[..., :3]
    normals = pixels.astype(np.float32) / np.float32(127.5) - 1
    normals[..., :2] *= np.float32(material.normal_scale)
    normals /= np.maximum(np.linalg.norm(normals, axis=2, keepdims=True), 1e-6)
    data = encode_png(np.rint((normals + 1) * 127.5).astype(np.uint8))
    return replace(texture, data=data, media_type="image/png")
