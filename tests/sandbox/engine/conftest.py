"""Reading a GLB without Vitrine's reader."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PIL import Image


@dataclass(frozen=True)
class Parts:
    """A GLB's document, the arrays of its one primitive, and its images."""

    document: dict[str, Any]
    positions: np.ndarray
    triangles: np.ndarray
    uvs: np.ndarray
    normals: np.ndarray
    images: list[Image.Image]


@pytest.fixture(scope="session")
def take_apart() -> Callable[[bytes], Parts]:
    """`take_apart(glb)` returns the document, arrays and images of a GLB."""

    def take(data: bytes) -> Parts:
        magic, version, length = struct.unpack_from("<4sII", data)
        assert (magic, version, length) == (b"glTF", 2, len(data))
        size = struct.unpack_from("<I", data, 12)[0]
        document = json.loads(data[20 : 20 + size])
        body = data[28 + size :]

        def view(index: int) -> bytes:
            found = document["bufferViews"][index]
            return body[found["byteOffset"] : found["byteOffset"] + found["byteLength"]]

        def array(index: int, kind: str, columns: int) -> np.ndarray:
            accessor = document["accessors"][index]
            values = np.frombuffer(view(accessor["bufferView"]), kind)
            assert len(values) == accessor["count"] * columns
            return values.reshape(-1, columns)

        primitive = document["meshes"][0]["primitives"][0]
        named = primitive["attributes"]
        return Parts(
            document=document,
            positions=array(named["POSITION"], "<f4", 3),
            triangles=array(primitive["indices"], "<u4", 1).reshape(-1, 3),
            uvs=array(named["TEXCOORD_0"], "<f4", 2),
            normals=array(named["NORMAL"], "<f4", 3),
            images=[Image.open(io.BytesIO(view(image["bufferView"]))) for image in document["images"]],
        )

    return take
