"""The texture size that a generated model really has, from the headers in its GLB."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import JsonValue

from vitrine.codecs.images import image_size, sniff_media_type
from vitrine.errors import ModelError
from vitrine.gltf.container import read_container


def measure_texture_size(path: Path) -> dict[str, JsonValue]:
    """`texture_size`: the longer side, in pixels, of the first material's base colour texture.

    Only headers are read. Returns an empty dict when there is no such texture or the file cannot be read:
    whether the model is valid is checked elsewhere.
    """
    try:
        container = read_container(path.read_bytes())
        gltf: Any = container.document
        texture = gltf["textures"][gltf["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["index"]]
        sources = [texture, *texture.get("extensions", {}).values()]
        image = next(source["source"] for source in sources if "source" in source)
        view = gltf["bufferViews"][gltf["images"][image]["bufferView"]]
        start = view.get("byteOffset", 0)
        data = bytes(container.binary[start : start + view["byteLength"]])
        return {"texture_size": max(image_size(data, sniff_media_type(data) or ""))}
    except (ModelError, LookupError, TypeError, StopIteration, AttributeError, OSError, ValueError):
        return {}
