"""What the file itself says of how it was made."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from PIL import Image
from pydantic import JsonValue

from vitrine.errors import ModelError
from vitrine.gltf.container import read_container


def measure_texture_size(path: Path) -> dict[str, JsonValue]:
    """`texture_size`, the longer side of the first base colour texture in px; empty where it cannot be read.

    Only the image's header is decoded.
    """
    try:
        container = read_container(path.read_bytes())
        gltf: Any = container.document
        texture = gltf["materials"][0]["pbrMetallicRoughness"]["baseColorTexture"]["index"]
        ways = [gltf["textures"][texture], *gltf["textures"][texture].get("extensions", {}).values()]
        number = next(way["source"] for way in ways if "source" in way)
        view = gltf["bufferViews"][gltf["images"][number]["bufferView"]]
        start = view.get("byteOffset", 0)
        with Image.open(io.BytesIO(container.binary[start : start + view["byteLength"]])) as image:
            return {"texture_size": max(image.size)}
    except (ModelError, LookupError, TypeError, StopIteration, AttributeError, OSError, ValueError):
        return {}  # whether it is a good model is checked elsewhere
