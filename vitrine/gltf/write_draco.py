"""`Model` -> GLB with KHR_draco_mesh_compression, for viewers that have Draco and not meshopt.

Smaller on the wire than meshopt by a little, and slower to unpack by a lot. Needs the DracoPy package
(`pip install vitrine[draco]`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from vitrine.errors import ConfigError
from vitrine.gltf.document import Draft, accessor_of, add_material, smallest_indices
from vitrine.gltf.model import Floats, Mesh, Model
from vitrine.gltf.write_web import Bits

DRACO = "KHR_draco_mesh_compression"
LEVEL = 7
"""Draco's effort, 0 to 10: its own tools' default."""


def write_draco_glb(model: Model, bits: Bits) -> bytes:
    """One node, one mesh, a primitive for each of the model's. Raises `ConfigError` without DracoPy.

    Tangents are packed without loss, 16 bytes a vertex: DracoPy quantizes no attributes of other kinds.
    """
    try:
        import DracoPy
    except ImportError as error:
        raise ConfigError("Draco files need the DracoPy package: `pip install vitrine[draco]`") from error
    draft = Draft()
    draft.require(DRACO)
    materials = {
        n: add_material(draft, model.materials[n]) for n in sorted({m.material for m in model.meshes})
    }
    primitives = [_primitive(DracoPy, draft, mesh, materials[mesh.material], bits) for mesh in model.meshes]
    draft.add("meshes", {"primitives": primitives})
    draft.add("nodes", {"name": "model", "mesh": 0})
    return draft.finish()


def _primitive(draco: Any, draft: Draft, mesh: Mesh, material: int, bits: Bits) -> dict[str, Any]:
    data = draco.encode(
        mesh.positions,
        faces=mesh.triangles,
        quantization_bits=bits.position,
        compression_level=LEVEL,
        normals=_doubles(mesh.normals),
        tex_coord=_doubles(mesh.uvs),
        normal_quantization_bits=bits.normal,
        tex_coord_quantization_bits=bits.uv,
        colors=None if mesh.colors is None else np.rint(mesh.colors * 255).astype(np.uint8),
        generic_attributes=None if mesh.tangents is None else {0: mesh.tangents.astype(np.float32)},
    )
    # Draco sorts vertices and drops unused ones: the accessors have to say what comes out.
    unpacked = draco.decode(data)
    named = {0: "POSITION", 1: "NORMAL", 2: "COLOR_0", 3: "TEXCOORD_0", 4: "TANGENT"}
    attributes, ids = {}, {}
    for attribute in unpacked.attributes:
        name = named.get(int(attribute["attribute_type"]))
        if name is None:
            continue
        values = np.ascontiguousarray(attribute["data"], np.uint8 if name == "COLOR_0" else np.float32)
        accessor = accessor_of(values, bounds=name == "POSITION", normalized=name == "COLOR_0")
        attributes[name] = draft.add("accessors", accessor)
        ids[name] = attribute["unique_id"]
    indices = smallest_indices(np.ascontiguousarray(unpacked.faces, np.uint32))
    view = draft.add("bufferViews", draft.bytes_at(data))
    return {
        "attributes": attributes,
        "indices": draft.add("accessors", accessor_of(indices)),
        "material": material,
        "extensions": {DRACO: {"bufferView": view, "attributes": ids}},
    }


def _doubles(values: Floats | None) -> Any:
    """DracoPy takes attributes in double precision alone."""
    return None if values is None else values.astype(np.float64)
