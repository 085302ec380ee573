"""`Model` -> GLB with KHR_draco_mesh_compression, for viewers that have Draco and not meshopt.

Smaller on the wire than meshopt by a little, and slower to unpack by a lot. Needs the DracoPy package
(`pip install vitrine[draco]`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vitrine.codecs.draco import decode_draco, encode_draco
from vitrine.gltf.model import Mesh, Model
from vitrine.gltf.writer.document_builder import DocumentBuilder, accessor_of, add_material, smallest_indices
from vitrine.gltf.writer.write_web_glb import QuantizationBits

DRACO = "KHR_draco_mesh_compression"
NAMES = {
    "POSITION": "POSITION",
    "NORMAL": "NORMAL",
    "COLOR": "COLOR_0",
    "TEX_COORD": "TEXCOORD_0",
    "GENERIC": "TANGENT",
}
"""glTF's name for each attribute semantic of Draco."""


def write_draco_glb(model: Model, bits: QuantizationBits) -> bytes:
    """One node, one mesh, a primitive for each of the model's. Raises `ConfigError` without DracoPy.

    Tangents are stored without loss: see `encode_draco`.
    """
    builder = DocumentBuilder()
    builder.require(DRACO)
    materials = {
        n: add_material(builder, model.materials[n]) for n in sorted({m.material for m in model.meshes})
    }
    primitives = [_primitive(builder, mesh, materials[mesh.material], bits) for mesh in model.meshes]
    builder.add("meshes", {"primitives": primitives})
    builder.add("nodes", {"name": "model", "mesh": 0})
    return builder.finish()


def _primitive(builder: DocumentBuilder, mesh: Mesh, material: int, bits: QuantizationBits) -> dict[str, Any]:
    data = encode_draco(
        mesh.positions,
        mesh.triangles,
        normals=mesh.normals,
        uvs=mesh.uvs,
        colors=None if mesh.colors is None else np.rint(mesh.colors * 255).astype(np.uint8),
        tangents=mesh.tangents,
        position_bits=bits.position,
        normal_bits=bits.normal,
        uv_bits=bits.uv,
    )
    # Draco sorts vertices and drops unused ones: the accessors have to say what comes out.
    decoded = decode_draco(data)
    attributes, ids = {}, {}
    for attribute in decoded.attributes:
        name = NAMES.get(attribute.semantic)
        if name is None:
            continue
        values = np.ascontiguousarray(attribute.values, np.uint8 if name == "COLOR_0" else np.float32)
        accessor = accessor_of(values, bounds=name == "POSITION", normalized=name == "COLOR_0")
        attributes[name] = builder.add("accessors", accessor)
        ids[name] = attribute.unique_id
    indices = smallest_indices(decoded.triangles)
    view = builder.add("bufferViews", builder.bytes_at(data))
    return {
        "attributes": attributes,
        "indices": builder.add("accessors", accessor_of(indices)),
        "material": material,
        "extensions": {DRACO: {"bufferView": view, "attributes": ids}},
    }
