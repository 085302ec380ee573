"""`Model` -> GLB with KHR_draco_mesh_compression, for viewers that have Draco and not meshopt.

A little smaller to download than meshopt, and much slower to decode. Needs the DracoPy package
(`pip install vitrine[draco]`).
"""

from __future__ import annotations

import numpy as np
from pygltflib import Attributes, Node, Primitive
from pygltflib import Mesh as GltfMesh

from vitrine.codecs.draco import decode_draco, encode_draco
from vitrine.gltf.model import Mesh, Model
from vitrine.gltf.writer.accessors import accessor_of, smallest_indices
from vitrine.gltf.writer.document_builder import DocumentBuilder
from vitrine.gltf.writer.drop_textures import drop_textures_without_uvs
from vitrine.gltf.writer.materials import add_materials
from vitrine.gltf.writer.quantization import QuantizationBits

DRACO = "KHR_draco_mesh_compression"
ATTRIBUTE_NAMES = {
    "POSITION": "POSITION",
    "NORMAL": "NORMAL",
    "COLOR": "COLOR_0",
    "TEX_COORD": "TEXCOORD_0",
    "GENERIC": "TANGENT",
}
"""glTF's name for each attribute semantic of Draco."""


def write_draco_glb(model: Model, bits: QuantizationBits) -> bytes:
    """Write one node and one mesh with a primitive for each of the model's meshes.

    Tangents are stored without loss: see `encode_draco`. Raises `ConfigError` without the DracoPy package.
    """
    model = drop_textures_without_uvs(model)
    builder = DocumentBuilder()
    builder.require_extension(DRACO)
    materials = add_materials(builder, model)
    primitives = [_primitive(builder, mesh, materials[mesh.material], bits) for mesh in model.meshes]
    builder.add(GltfMesh(primitives=primitives))
    builder.add(Node(name="model", mesh=0))
    return builder.build()


def _primitive(builder: DocumentBuilder, mesh: Mesh, material: int, bits: QuantizationBits) -> Primitive:
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
    # Draco reorders vertices and drops unused ones: the accessors describe what a reader decodes.
    decoded = decode_draco(data)
    attributes, ids = {}, {}
    for attribute in decoded.attributes:
        name = ATTRIBUTE_NAMES.get(attribute.semantic)
        if name is None:
            continue
        values = np.ascontiguousarray(attribute.values, np.uint8 if name == "COLOR_0" else np.float32)
        accessor = accessor_of(values, None, bounds=name == "POSITION", normalized=name == "COLOR_0")
        attributes[name] = builder.add(accessor)
        ids[name] = attribute.unique_id
    indices = smallest_indices(decoded.triangles)
    view = builder.add_buffer_view(data)
    return Primitive(
        attributes=Attributes(**attributes),
        indices=builder.add(accessor_of(indices, None)),
        material=material,
        extensions={DRACO: {"bufferView": view, "attributes": ids}},
    )
