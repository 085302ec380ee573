"""A glTF document that grows together with its binary chunk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy.typing as npt
from pygltflib import (
    Accessor,
    Asset,
    Buffer,
    BufferView,
    Image,
    Material,
    Mesh,
    Node,
    Sampler,
    Scene,
    Texture,
)

from vitrine import __version__
from vitrine.gltf import model
from vitrine.gltf.container import write_container
from vitrine.gltf.writer.to_json import to_json

ARRAY_BUFFER, ELEMENT_ARRAY_BUFFER = 34962, 34963
"""`bufferView.target`, glTF 2.0 section 5.11.5."""
KEYS: dict[type, str] = {
    Accessor: "accessors",
    BufferView: "bufferViews",
    Image: "images",
    Material: "materials",
    Mesh: "meshes",
    Node: "nodes",
    Sampler: "samplers",
    Texture: "textures",
}


@dataclass(slots=True)
class DocumentBuilder:
    """Collects the properties of one document; every `add` returns an index into its list."""

    binary: bytearray = field(default_factory=bytearray)
    properties: dict[str, list[Any]] = field(default_factory=dict)
    """By key of the document, in the order of first use"""
    extensions_used: set[str] = field(default_factory=set)
    extensions_required: set[str] = field(default_factory=set)
    uv_transform: dict[str, list[float]] | None = None
    """KHR_texture_transform (`offset`, `scale`) of every texture info added from now on"""
    texture_indices: dict[model.Texture, int] = field(default_factory=dict)
    """Textures added so far, so that each is stored once"""

    def add(self, item: Any) -> int:
        """Append an item to the list of its type; returns its index."""
        items = self.properties.setdefault(KEYS[type(item)], [])
        items.append(item)
        return len(items) - 1

    def require_extension(self, name: str) -> None:
        """List an extension as used and as required."""
        self.extensions_used.add(name)
        self.extensions_required.add(name)

    def append_bytes(self, data: bytes | npt.NDArray[Any]) -> tuple[int, int]:
        """Append to the binary chunk, aligned to four bytes; returns byte offset and byte length."""
        self.binary += bytes(-len(self.binary) % 4)
        offset = len(self.binary)
        self.binary += data if isinstance(data, bytes) else data.tobytes()
        return offset, len(self.binary) - offset

    def add_buffer_view(self, data: bytes | npt.NDArray[Any], target: int | None = None) -> int:
        """Append to the binary chunk and add a buffer view of it; returns the view's index."""
        offset, length = self.append_bytes(data)
        return self.add(BufferView(buffer=0, byteOffset=offset, byteLength=length, target=target))

    def build(self, more_buffers: tuple[Buffer, ...] = (), roots: tuple[int, ...] = ()) -> bytes:
        """The GLB, with one scene of the nodes in `roots`, by default of all nodes.

        `more_buffers` follow the buffer of the binary chunk.
        """
        root_nodes = list(roots or range(len(self.properties["nodes"])))
        document: dict[str, Any] = {
            "asset": to_json(Asset(generator=f"Vitrine {__version__}")),
            "scene": 0,
            "scenes": to_json([Scene(nodes=root_nodes)]),
        }
        if self.extensions_used:
            document["extensionsUsed"] = sorted(self.extensions_used)
        if self.extensions_required:
            document["extensionsRequired"] = sorted(self.extensions_required)
        document |= {key: to_json(items) for key, items in self.properties.items()}
        document["buffers"] = to_json([Buffer(byteLength=len(self.binary)), *more_buffers])
        return write_container(document, self.binary)
