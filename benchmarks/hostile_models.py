"""Models that ask for more memory or time than they have bytes, or that are broken; built in code."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

TRIANGLE = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0]], "<f4").tobytes()
EXTRAS = b'{"asset":{"version":"2.0"},"extras":'
INDICES = np.array([0, 1, 2], "<u2").tobytes()


def png(width: int, height: int, *, depth: int = 8, kind: int = 2) -> bytes:
    """Return a PNG of one colour, by rows that are all alike; `kind` is PNG's colour type."""
    row = bytes(1 + (width * depth * {0: 1, 2: 3, 4: 2, 6: 4}[kind] + 7) // 8)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND")


def png_chunk(kind: bytes, data: bytes = b"") -> bytes:
    """Return a chunk of a PNG with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def glb(document: dict[str, Any] | bytes, binary: bytes = b"") -> bytes:
    """Pack a document, or the bytes of its JSON, and a binary chunk."""
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
    if binary:
        chunks += struct.pack("<II", len(binary), 0x004E4942) + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def triangle(**changes: Any) -> dict[str, Any]:
    """Return the document of one triangle, over the binary chunk `TRIANGLE + INDICES`."""
    return {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "type": "VEC3", "count": 3},
            {"bufferView": 1, "componentType": 5123, "type": "SCALAR", "count": 3},
        ],
        "bufferViews": [
            {"buffer": 0, "byteLength": 36},
            {"buffer": 0, "byteOffset": 36, "byteLength": 6},
        ],
        "buffers": [{"byteLength": 42}],
    } | changes


def packed(**changes: Any) -> bytes:
    """Return the GLB of one triangle, with changes to its document."""
    return glb(triangle(**changes), TRIANGLE + INDICES)


def textured(image: bytes, **material: Any) -> bytes:
    """Return the GLB of one triangle with a base colour texture."""
    body = TRIANGLE + INDICES + b"\0\0"
    document = triangle(
        images=[{"bufferView": 2, "mimeType": "image/png"}],
        textures=[{"source": 0}],
        materials=[{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}}, **material}],
        buffers=[{"byteLength": len(body) + len(image)}],
    )
    document["meshes"][0]["primitives"][0]["material"] = 0
    document["bufferViews"].append({"buffer": 0, "byteOffset": len(body), "byteLength": len(image)})
    return glb(document, body + image)


def _with_accessor(**accessor: Any) -> bytes:
    """One triangle and 10 kB of padding, whose POSITION is another accessor."""
    document = triangle()
    document["accessors"].append({"componentType": 5126, "type": "VEC3", **accessor})
    document["meshes"][0]["primitives"][0] = {"attributes": {"POSITION": 2}}
    return glb(document, TRIANGLE + INDICES + bytes(10_000))


def _sparse() -> bytes:
    view = {"bufferView": 0, "componentType": 5121}
    sparse = {"count": 1, "indices": view, "values": {"bufferView": 0}}
    return _with_accessor(count=200_000_000, sparse=sparse)


def _chain(count: int) -> list[dict[str, Any]]:
    return [*({"children": [n + 1]} for n in range(count - 1)), {"mesh": 0}]


def _instances(count: int) -> bytes:
    document = triangle()
    document["accessors"].append({"componentType": 5126, "type": "VEC3", "count": count})
    extension = {"EXT_mesh_gpu_instancing": {"attributes": {"TRANSLATION": 2}}}
    document["nodes"] = [{"mesh": 0, "extensions": extension}]
    return glb(document | {"extensionsUsed": [*extension]}, TRIANGLE + INDICES)


def _meshopt(count: int, stride: int, mode: str = "ATTRIBUTES") -> bytes:
    document = triangle(extensionsUsed=["EXT_meshopt_compression"])
    extension = {
        "EXT_meshopt_compression": {
            **{"buffer": 0, "byteLength": 42, "byteStride": stride, "count": count, "mode": mode}
        }
    }
    document["bufferViews"].append({"buffer": 0, "byteLength": count * stride, "extensions": extension})
    document["accessors"].append({"bufferView": 2, "componentType": 5126, "type": "VEC3", "count": 3})
    document["meshes"][0]["primitives"][0] = {"attributes": {"POSITION": 2}}
    return glb(document, TRIANGLE + INDICES)


def _draco(header: bytes) -> bytes:
    data = b"DRACO" + header + bytes(64)
    document = triangle(extensionsUsed=["KHR_draco_mesh_compression"], buffers=[{"byteLength": len(data)}])
    document["bufferViews"] = [{"buffer": 0, "byteLength": len(data)}]
    for accessor in document["accessors"]:
        del accessor["bufferView"]
    compressed = {"KHR_draco_mesh_compression": {"bufferView": 0, "attributes": {"POSITION": 0}}}
    document["meshes"][0]["primitives"][0]["extensions"] = compressed
    return glb(document, data)


def _shared_vertices(primitives: int) -> bytes:
    """Many primitives that read the same large accessor."""
    body = bytes(12 * 10_000) + INDICES
    document = triangle(buffers=[{"byteLength": len(body)}])
    document["bufferViews"] = [
        {"buffer": 0, "byteLength": 120_000},
        {"buffer": 0, "byteOffset": 120_000, "byteLength": 6},
    ]
    document["accessors"][0]["count"] = 10_000
    document["meshes"] = [{"primitives": document["meshes"][0]["primitives"] * primitives}]
    return glb(document, body)


def _many_images(count: int) -> bytes:
    image = png(8192, 8192, kind=0, depth=1)
    body = TRIANGLE + INDICES + b"\0\0" + image
    document = triangle(
        images=[{"bufferView": 2, "mimeType": "image/png"}] * count,
        textures=[{"source": n} for n in range(count)],
        materials=[
            {"pbrMetallicRoughness": {"baseColorTexture": {"index": n}}, "name": str(n)} for n in range(count)
        ],
        buffers=[{"byteLength": len(body)}],
    )
    document["bufferViews"].append({"buffer": 0, "byteOffset": 44, "byteLength": len(image)})
    primitive = document["meshes"][0]["primitives"][0]
    document["meshes"] = [{"primitives": [{**primitive, "material": n} for n in range(count)]}]
    return glb(document, body)


def _image_at(uri: str) -> bytes:
    document = triangle(
        images=[{"uri": uri}],
        textures=[{"source": 0}],
        materials=[{"normalTexture": {"index": 0}}],
    )
    document["meshes"][0]["primitives"][0]["material"] = 0
    return glb(document, TRIANGLE + INDICES)


def _hidden_nodes(count: int) -> bytes:
    hidden = {"mesh": 0, "extensions": {"KHR_node_visibility": {"visible": False}}}
    return packed(nodes=[{"mesh": 0}, *[hidden] * count], scenes=[{"nodes": list(range(count + 1))}])


MODELS: dict[str, Callable[[], bytes]] = {
    "accessor-without-view": lambda: _with_accessor(count=200_000_000),
    "accessor-sparse": _sparse,
    "accessor-of-1e30-elements": lambda: _with_accessor(count=10**30),
    "accessor-count-infinite": lambda: glb(b'{"asset":{"version":"2.0"},"accessors":[{"count":1e999}]}'),
    "texture-13312": lambda: textured(png(13312, 13312)),
    "textures-8192-many": lambda: _many_images(40),
    "nodes-200000-deep": lambda: packed(nodes=_chain(200_000)),
    "nodes-50000-deep": lambda: packed(nodes=_chain(50_000)),
    "nodes-in-a-circle": lambda: packed(nodes=[{"children": [1]}, {"children": [0], "mesh": 0}]),
    "node-with-two-parents": lambda: packed(nodes=[{"children": [1, 1]}, {"mesh": 0}]),
    "nodes-300000-with-a-mesh": lambda: packed(
        nodes=[{"mesh": 0}] * 300_000, scenes=[{"nodes": list(range(300_000))}]
    ),
    "nodes-90000-with-a-mesh": lambda: packed(
        nodes=[{"mesh": 0}] * 90_000, scenes=[{"nodes": list(range(90_000))}]
    ),
    "nodes-90000-hidden": lambda: _hidden_nodes(90_000),
    "instances-300000": lambda: _instances(300_000),
    "instances-2000000000": lambda: _instances(2_000_000_000),
    "primitives-sharing-vertices": lambda: _shared_vertices(5_000),
    "meshopt-4-GB": lambda: _meshopt(16_000_000, 256),
    "meshopt-negative-stride": lambda: _meshopt(1_000_000, -4),
    "meshopt-indices-3-GB": lambda: _meshopt(750_000_000, 4, "TRIANGLES"),
    "draco-4-billion-faces": lambda: _draco(b"\2\2\1\1\0\0\0" + b"\xff\xff\xff\xff\x0f" * 2),
    "draco-sequential": lambda: _draco(b"\2\2\1\0\0\0" + b"\xff\xff\xff\xff\x0f" * 2),
    "draco-old-version": lambda: _draco(b"\1\1\1\1\0\0\0" + b"\xff" * 12),
    "json-of-5000000-objects": lambda: glb(
        b'{"asset":{"version":"2.0"},"extras":[' + b"{}," * 5_000_000 + b"0]}"
    ),
    "json-deep": lambda: glb(
        b'{"asset":{"version":"2.0"},"extras":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    ),
    "json-long-number": lambda: glb(b'{"asset":{"version":"2.0"},"extras":' + b"9" * 1_000_000 + b"}"),
    "json-nan": lambda: glb(b'{"asset":{"version":"2.0"},"scene":NaN}'),
    "chunk-of-4-GB": lambda: struct.pack("<4sIIII", b"glTF", 2, 24, 0xFFFFFFF0, 0x4E4F534A) + b"{}  ",
    "header-only": lambda: struct.pack("<4sII", b"glTF", 2, 12),
    "index-out-of-range": lambda: glb(triangle(), TRIANGLE + np.array([0, 1, 9], "<u2").tobytes()),
    "positions-not-finite": lambda: glb(triangle(), np.full((3, 3), np.nan, "<f4").tobytes() + INDICES),
    "positions-of-1e38": lambda: glb(triangle(), np.full((3, 3), 3e38, "<f4").tobytes() + INDICES),
    "view-beyond-the-buffer": lambda: packed(
        bufferViews=[{"buffer": 0, "byteOffset": 2**40, "byteLength": 36}] * 2
    ),
    "nulls-everywhere": lambda: packed(nodes=None, meshes=[None], accessors=[None, None]),
    "strings-for-numbers": lambda: packed(scenes=[{"nodes": ["0"]}], nodes=[{"mesh": "0"}]),
    "image-cut-short": lambda: textured(png(64, 64)[:60]),
    "image-in-another-file": lambda: _image_at("../../../etc/passwd"),
}
"""Each makes `inspect` or `optimize` say what is wrong; none is a model to publish."""
