"""Decode KTX2 textures, so that levels, AR file and images can be made of them."""

from __future__ import annotations

from dataclasses import replace

from vitrine.codecs.images import encode_png
from vitrine.codecs.ktx2 import decode_ktx2
from vitrine.errors import ConfigError, ModelError
from vitrine.findings import finding
from vitrine.gltf.model import Model, Texture
from vitrine.models import Finding
from vitrine.textures.texture_slots import TextureUse, replace_textures, texture_uses

KTX2 = "image/ktx2"


def decode_ktx2_textures(model: Model) -> tuple[Model, tuple[Finding, ...]]:
    """Return a copy whose KTX2 textures are PNG, with a finding; the model itself without any.

    Raises `ModelError` for a KTX2 image that does not decode, and where the `basisu` program is missing.
    """
    found = [use for use in texture_uses(model.materials) if use.texture.media_type == KTX2]
    if not found:
        return model, ()
    decoded = {use: _as_png(use.texture) for use in found}
    materials = []
    for material in model.materials:
        new: dict[TextureUse, Texture] = {use: use.texture for use in texture_uses((material,))}
        materials.append(
            replace_textures(material, new | {use: decoded[use] for use in new if use in decoded})
        )
    count = len({use.texture for use in found})
    message = f"{count} KTX2 textures are decoded, and encoded again for each file"
    return replace(model, materials=tuple(materials)), (finding("TEXTURES_DECODED", message),)


def _as_png(texture: Texture) -> Texture:
    try:
        pixels = decode_ktx2(texture.data)
    except (ConfigError, ModelError) as error:
        raise ModelError(
            f"a KTX2 texture of {len(texture.data):,} bytes cannot be decoded: {error}; "
            "or export the model with PNG or JPEG textures"
        ) from error
    return replace(texture, data=encode_png(pixels), media_type="image/png")
