"""`Model` -> plain core GLB, which every glTF 2.0 reader understands."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.gltf.model import Mesh, Model
from vitrine.gltf.writer.document_builder import (
    ARRAY_BUFFER,
    ELEMENT_ARRAY_BUFFER,
    DocumentBuilder,
    accessor_of,
    add_material,
    smallest_indices,
)


def write_glb(model: Model) -> bytes:
    """Float attributes, 16- or 32-bit indices, one node a primitive; textures as they are.

    Extensions appear only where a texture or a material brings them along.
    """
    builder = DocumentBuilder()
    materials = {
        n: add_material(builder, model.materials[n]) for n in sorted({m.material for m in model.meshes})
    }
    for number, mesh in enumerate(model.meshes):
        written = builder.add("meshes", {"primitives": [_primitive(builder, mesh, materials[mesh.material])]})
        builder.add("nodes", {"name": f"geometry_{number}", "mesh": written})
    return builder.finish()


def _primitive(builder: DocumentBuilder, mesh: Mesh, material: int) -> dict[str, Any]:
    attributes = {
        "POSITION": _vertices(builder, mesh.positions, bounds=True),
        "NORMAL": _vertices(builder, mesh.normals),
        "TANGENT": _vertices(builder, mesh.tangents),
        "TEXCOORD_0": _vertices(builder, mesh.uvs),
        "COLOR_0": _vertices(builder, mesh.colors),
    }
    indices = smallest_indices(mesh.triangles)
    view = builder.add("bufferViews", builder.bytes_at(indices) | {"target": ELEMENT_ARRAY_BUFFER})
    return {
        "attributes": {name: index for name, index in attributes.items() if index is not None},
        "indices": builder.add("accessors", {"bufferView": view} | accessor_of(indices)),
        "material": material,
    }


def _vertices(
    builder: DocumentBuilder, values: npt.NDArray[np.float32] | None, *, bounds: bool = False
) -> int | None:
    if values is None:
        return None
    view = builder.add("bufferViews", builder.bytes_at(values) | {"target": ARRAY_BUFFER})
    return builder.add("accessors", {"bufferView": view} | accessor_of(values, bounds=bounds))
