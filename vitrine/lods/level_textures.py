"""Encode the textures of levels of detail, side by side on a thread pool."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future

from vitrine.codecs.images import image_size
from vitrine.gltf.model import Model
from vitrine.recipe import WebOptions
from vitrine.textures.decoded import DecodedTextures
from vitrine.textures.encode import EncodedTexture, encode_texture
from vitrine.textures.mip_pyramid import texture_pyramids
from vitrine.textures.texture_slots import TextureUse, texture_uses

TextureFutures = dict[tuple[TextureUse, int], Future[EncodedTexture]]
"""Each texture at each size in pixels, encoded or on its way"""


def encode_textures(
    model: Model,
    decoded: DecodedTextures,
    sizes_px: tuple[int, ...],
    web: WebOptions,
    pool: Executor,
    *,
    simplified: Callable[[], Model] | None = None,
) -> TextureFutures:
    """Start to encode every texture of a model at every size, the largest first; each is decoded once.

    `simplified`, where given, waits for the largest model that a level has: charts that it does not use are
    padding.
    """
    futures: TextureFutures = {}
    for use, pyramid in texture_pyramids(model, decoded, simplified).items():
        for size_px in sorted(sizes_px, reverse=True):
            futures[use, size_px] = pool.submit(encode_texture, pyramid, size_px, web)
    return futures


def max_texture_px(model: Model) -> int:
    """Return the longest side in pixels of the largest texture that a mesh uses; 0 without textures."""
    materials = tuple(model.materials[number] for number in {mesh.material for mesh in model.meshes})
    return max(
        (max(image_size(use.texture.data, use.texture.media_type)) for use in texture_uses(materials)),
        default=0,
    )
