"""Textures of a model, decoded once for all that encode or draw them."""

from __future__ import annotations

import numpy as np

from vitrine.arrays import Bytes, Pixels
from vitrine.codecs.images import decode_image
from vitrine.gltf.model import Texture
from vitrine.threads import Once


class DecodedTextures:
    """The texels of textures, kept as long as this object is. Safe to share between threads."""

    def __init__(self) -> None:
        self._decoded = Once()

    def texels(self, texture: Texture) -> Pixels:
        """Return (h, w, 3) uint8 or, with an alpha channel, (h, w, 4) uint8; read-only.

        Raises `ModelError` for KTX2 and for an image that does not decode.
        """
        data, media_type = texture.data, texture.media_type
        return self._decoded.get((data, media_type), lambda: decode_image(data, media_type))


def with_alpha(texels: Pixels) -> Bytes:
    """Return (h, w, 4) uint8; alpha is 255 where there was none."""
    if texels.shape[2] == 4:
        return texels
    rgba = np.empty((*texels.shape[:2], 4), np.uint8)
    rgba[..., :3], rgba[..., 3] = texels, 255
    return rgba
