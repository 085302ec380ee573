"""`Model` -> plain core GLB, which every glTF 2.0 reader understands."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.gltf.document import (
    ARRAY_BUFFER,
    ELEMENT_ARRAY_BUFFER,
    Draft,
    accessor_of,
    add_material,
    smallest_indices,
)
from vitrine.gltf.model import Mesh, Model


def write_glb(model: Model) -> bytes:
    """Float attributes, 16- or 32-bit indices, one node a primitive; textures as they are.

    Extensions appear only where a texture or a material brings them along.
    """
    draft = Draft()
    materials = {
        n: add_material(draft, model.materials[n]) for n in sorted({m.material for m in model.meshes})
    }
    for number, mesh in enumerate(model.meshes):
        written = draft.add("meshes", {"primitives": [_primitive(draft, mesh, materials[mesh.material])]})
        draft.add("nodes", {"name": f"geometry_{number}", "mesh": written})
    return draft.finish()


def _primitive(draft: Draft, mesh: Mesh, material: int) -> dict[str, Any]:
    attributes = {
        "POSITION": _vertices(draft, mesh.positions, bounds=True),
        "NORMAL": _vertices(draft, mesh.normals),
        "TANGENT": _vertices(draft, mesh.tangents),
        "TEXCOORD_0": _vertices(draft, mesh.uvs),
        "COLOR_0": _vertices(draft, mesh.colors),
    }
    indices = smallest_indices(mesh.triangles)
    view = draft.add("bufferViews", draft.bytes_at(indices) | {"target": ELEMENT_ARRAY_BUFFER})
    return {
        "attributes": {name: index for name, index in attributes.items() if index is not None},
        "indices": draft.add("accessors", {"bufferView": view} | accessor_of(indices)),
        "material": material,
    }


def _vertices(draft: Draft, values: npt.NDArray[np.float32] | None, *, bounds: bool = False) -> int | None:
    if values is None:
        return None
    view = draft.add("bufferViews", draft.bytes_at(values) | {"target": ARRAY_BUFFER})
    return draft.add("accessors", {"bufferView": view} | accessor_of(values, bounds=bounds))
