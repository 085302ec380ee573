"""Small GLBs built by hand, so that a test states exactly what the file holds."""

from __future__ import annotations

import io
import json
import struct
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

CODES = {"i1": 5120, "u1": 5121, "i2": 5122, "u2": 5123, "u4": 5125, "f4": 5126}
KINDS = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 16: "MAT4"}


class Glb:
    """A builder of GLBs that shares no code with the library that it tests."""

    def __init__(self) -> None:
        self.json: dict[str, Any] = {
            "asset": {"version": "2.0"},
            "scene": 0,
            "scenes": [{"nodes": [0]}],
            "nodes": [{"mesh": 0}],
            "bufferViews": [],
            "accessors": [],
        }
        self.body = bytearray()

    def view(self, data: bytes, **more: Any) -> int:
        self.body += bytes(-len(self.body) % 4)
        self.json["bufferViews"].append(
            {"buffer": 0, "byteOffset": len(self.body), "byteLength": len(data), **more}
        )
        self.body += data
        return len(self.json["bufferViews"]) - 1

    def accessor(self, values: Any, dtype: str = "f4", **more: Any) -> int:
        array = np.asarray(values, dtype)
        array = array.reshape(len(array), -1)
        self.json["accessors"].append(
            {
                "bufferView": self.view(array.tobytes()),
                "componentType": CODES[dtype],
                "count": len(array),
                "type": KINDS[array.shape[1]],
                **more,
            }
        )
        return len(self.json["accessors"]) - 1

    def primitive(self, positions: Any, indices: Any = None, **attributes: int) -> dict[str, Any]:
        made: dict[str, Any] = {"attributes": {"POSITION": self.accessor(positions), **attributes}}
        if indices is not None:
            made["indices"] = self.accessor(indices, "u2")
        return made

    def mesh(self, *primitives: dict[str, Any], **more: Any) -> int:
        self.json.setdefault("meshes", []).append({"primitives": list(primitives), **more})
        return len(self.json["meshes"]) - 1

    def texture(self, data: bytes, mime: str = "image/png") -> int:
        self.json.setdefault("images", []).append({"bufferView": self.view(data), "mimeType": mime})
        self.json.setdefault("textures", []).append({"source": len(self.json["images"]) - 1})
        return len(self.json["textures"]) - 1

    def pack(self, **changes: Any) -> bytes:
        document = self.json | {"buffers": [{"byteLength": len(self.body)}]} | changes
        text = json.dumps(document).encode()
        text += b" " * (-len(text) % 4)
        body = bytes(self.body) + bytes(-len(self.body) % 4)
        chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
        chunks += struct.pack("<II", len(body), 0x004E4942) + body
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


TRIANGLE = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


@pytest.fixture
def glb() -> Glb:
    return Glb()


@pytest.fixture
def one_triangle() -> Glb:
    made = Glb()
    made.mesh(made.primitive(TRIANGLE, [0, 1, 2]))
    return made


@pytest.fixture
def png() -> bytes:
    out = io.BytesIO()
    pixels: npt.NDArray[np.uint8] = np.arange(4 * 4 * 3, dtype=np.uint8).reshape(4, 4, 3)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()
