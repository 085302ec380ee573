"""A small fixed model, for simulations of thousands of jobs."""

from __future__ import annotations

import io
import struct

from PIL import Image

from vitrine.sandbox.glb_container import pack_glb


def _build_stub() -> bytes:
    """A textured tetrahedron with the document structure of a TRELLIS.2 file.

    Its images are PNG, which every glTF reader supports.
    """
    corners = [(0.5, 0.5, 0.5), (-0.5, -0.5, 0.5), (-0.5, 0.5, -0.5), (0.5, -0.5, -0.5)]
    faces = [(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)]
    positions, normals, uvs = b"", b"", b""
    for face in faces:
        centre = [sum(corners[k][axis] for k in face) / 3 for axis in range(3)]
        length = sum(v * v for v in centre) ** 0.5
        for k, uv in zip(face, ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)), strict=True):
            positions += struct.pack("<3f", *corners[k])
            normals += struct.pack("<3f", *(v / length for v in centre))
            uvs += struct.pack("<2f", *uv)
    images = []
    for colour in ((178, 102, 51, 255), (0, 200, 0)):
        out = io.BytesIO()
        Image.new("RGBA" if len(colour) == 4 else "RGB", (4, 4), colour).save(out, "PNG")
        images.append(out.getvalue())
    buffer_views, body = [], b""
    for part in (struct.pack("<12I", *range(12)), positions, *images, uvs, normals):
        buffer_views.append({"buffer": 0, "byteOffset": len(body), "byteLength": len(part)})
        body += part + bytes(-len(part) % 4)
    corner = {"componentType": 5126, "count": 12}
    document = {
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "asset": {"version": "2.0", "generator": "vitrine sandbox: stub, not TRELLIS.2"},
        "accessors": [
            {"bufferView": 0, "componentType": 5125, "type": "SCALAR", "count": 12, "min": [0], "max": [11]},
            {"bufferView": 1, "type": "VEC3", "min": [-0.5] * 3, "max": [0.5] * 3, **corner},
            {"bufferView": 4, "type": "VEC2", **corner},
            {"bufferView": 5, "type": "VEC3", **corner},
        ],
        "meshes": [
            {
                "name": "geometry_0",
                "primitives": [
                    {
                        "attributes": {"POSITION": 1, "TEXCOORD_0": 2, "NORMAL": 3},
                        "indices": 0,
                        "mode": 4,
                        "material": 0,
                    }
                ],
            }
        ],
        "images": [{"bufferView": k, "mimeType": "image/png"} for k in (2, 3)],
        "textures": [{"source": 0}, {"source": 1}],
        "materials": [
            {
                "pbrMetallicRoughness": {
                    "baseColorTexture": {"index": 0},
                    "metallicRoughnessTexture": {"index": 1},
                },
                "alphaMode": "OPAQUE",
                "doubleSided": False,
            }
        ],
        "nodes": [{"name": "world", "children": [1]}, {"name": "geometry_0", "mesh": 0}],
        "buffers": [{"byteLength": len(body)}],
        "bufferViews": buffer_views,
    }
    return pack_glb(document, body)


STUB_GLB = _build_stub()
"""GLB bytes."""
