"""Write a GLB from JSON materials and arrays: a writer of its own, without the faults of Vitrine's."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Array = npt.NDArray[Any]
COMPONENTS = {"float32": 5126, "uint32": 5125, "uint16": 5123, "uint8": 5121}
TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}


@dataclass(frozen=True)
class Shape:
    """A primitive: the glTF names of its attributes and their values, and its triangles (m, 3)."""

    attributes: dict[str, Array]
    triangles: Array
    material: int = 0
    node: dict[str, Any] = field(default_factory=dict)
    """Further properties of its node, such as `scale`"""


@dataclass
class _Buffer:
    data: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)

    def view(self, data: bytes) -> int:
        self.data += b"\0" * (-len(self.data) % 4)
        self.views.append({"buffer": 0, "byteOffset": len(self.data), "byteLength": len(data)})
        self.data += data
        return len(self.views) - 1

    def accessor(self, values: Array, *, bounds: bool = False) -> int:
        rows = values.reshape(len(values), -1)
        accessor: dict[str, Any] = {
            "bufferView": self.view(np.ascontiguousarray(rows).tobytes()),
            "componentType": COMPONENTS[str(values.dtype)],
            "count": len(rows),
            "type": TYPES[rows.shape[1]],
        }
        if bounds:
            accessor |= {"min": rows.min(axis=0).tolist(), "max": rows.max(axis=0).tolist()}
        self.accessors.append(accessor)
        return len(self.accessors) - 1


def write_glb(
    shapes: list[Shape],
    materials: list[dict[str, Any]],
    images: list[Array] | None = None,
    samplers: list[dict[str, int]] | None = None,
) -> bytes:
    """Return a GLB. Texture n is image n (h, w, 3 or 4 uint8, as PNG) with sampler n, or the last one."""
    buffer, images = _Buffer(), images or []
    nodes, meshes = [], []
    for number, shape in enumerate(shapes):
        attributes = {
            name: buffer.accessor(values, bounds=name == "POSITION")
            for name, values in shape.attributes.items()
        }
        indices = buffer.accessor(shape.triangles.astype(np.uint32).reshape(-1))
        primitive: dict[str, Any] = {"attributes": attributes, "indices": indices}
        meshes.append({"primitives": [primitive | ({"material": shape.material} if materials else {})]})
        nodes.append({"mesh": number, **shape.node})
    document: dict[str, Any] = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(nodes)))}],
        "nodes": nodes,
        "meshes": meshes,
    }
    if materials:
        document["materials"] = materials
    if images:
        document["images"] = [
            {"bufferView": buffer.view(_png(image)), "mimeType": "image/png"} for image in images
        ]
        document["samplers"] = samplers or [{}]
        last = len(document["samplers"]) - 1
        document["textures"] = [{"source": n, "sampler": min(n, last)} for n in range(len(images))]
    if used := sorted(_extensions(document)):
        document["extensionsUsed"] = used
    document |= {"bufferViews": buffer.views, "accessors": buffer.accessors}
    buffer.data += b"\0" * (-len(buffer.data) % 4)
    document["buffers"] = [{"byteLength": len(buffer.data)}]
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    head = struct.pack("<4sII", b"glTF", 2, 28 + len(text) + len(buffer.data))
    return (
        head
        + struct.pack("<II", len(text), 0x4E4F534A)
        + text
        + struct.pack("<II", len(buffer.data), 0x004E4942)
        + buffer.data
    )


def _png(image: Array) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def _extensions(value: Any) -> set[str]:
    if isinstance(value, list):
        return set().union(*map(_extensions, value)) if value else set()
    if not isinstance(value, dict):
        return set()
    found = set(value.get("extensions", {}))
    for item in value.values():
        found |= _extensions(item)
    return found
