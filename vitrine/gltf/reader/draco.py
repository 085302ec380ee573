"""KHR_draco_mesh_compression: compressed primitive -> primitive over plain accessors."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.codecs.draco import DracoMesh, decode_draco, draco_counts
from vitrine.errors import ConfigError, ModelError
from vitrine.gltf.container import Container, repaired
from vitrine.gltf.limits import require, require_expansion
from vitrine.gltf.reader.accessors import COMPONENT_TYPES, read_accessor
from vitrine.gltf.reader.buffers import ReaderContext, view_bytes
from vitrine.models import Finding

DRACO = "KHR_draco_mesh_compression"
SEMANTICS_OF_NAMES = {"POSITION": "POSITION", "NORMAL": "NORMAL", "COLOR": "COLOR", "TEXCOORD": "TEX_COORD"}
"""Draco's word for what an attribute of glTF is, by the first part of its name."""


def decode_draco_primitive(
    context: ReaderContext, primitive: dict[str, Any], where: str
) -> tuple[dict[str, Any], ReaderContext]:
    """Decode a primitive into a document of its own, whose accessors have plain buffer views.

    Values keep the component type that the primitive's accessors state. Raises `ModelError` when the DracoPy
    package is missing (`pip install vitrine[draco]`), and when the data does not decode.
    """
    extension = primitive["extensions"][DRACO]
    data = bytes(view_bytes(context, extension.get("bufferView"), f"{where}/{DRACO}"))
    if context.limits is not None:
        faces, points = draco_counts(data)
        require(context.limits, "triangles", faces, f"{where}/{DRACO} holds too many triangles")
        require(context.limits, "vertices", points, f"{where}/{DRACO} holds too many vertices")
        size_bytes = 12 * (faces + points)
        require_expansion(context.limits, size_bytes, len(data), f"{where}/{DRACO} decodes to too many bytes")
    try:
        mesh = decode_draco(data)
    except ConfigError as error:
        raise ModelError(f"{where} uses {DRACO}: `pip install vitrine[draco]` to read it") from error
    except ValueError as error:
        raise ModelError(f"{where}/{DRACO} cannot be decoded: {error}") from error
    arrays: list[tuple[np.ndarray[Any, Any], bool]] = [(mesh.triangles.reshape(-1, 1), False)]
    attributes = {}
    for name, accessor_index in (primitive.get("attributes") or {}).items():
        accessor = context.item("accessors", accessor_index, f"{where}/{name}")
        dtype = COMPONENT_TYPES.get(accessor.get("componentType"))
        values = _find_attribute(mesh, name, (extension.get("attributes") or {}).get(name), context, where)
        if values is None and accessor.get("bufferView") is not None:
            values = read_accessor(context, accessor_index, f"{where}/{name}")
        if values is None:
            if name == "POSITION":
                raise ModelError(f"{where}/{DRACO} lacks POSITION")
            context.report(repaired(f"{where}/{DRACO} lacks {name}, which is left out", f"/{where}"))
            continue
        if dtype is None or values.ndim != 2:
            raise ModelError(f"{where}/{name} has no known component type")
        attributes[name] = len(arrays)
        arrays.append((np.ascontiguousarray(values.astype(dtype)), accessor.get("normalized") is True))
    plain = _plain_document(arrays, context.findings)
    return {**primitive, "extensions": {}, "indices": 0, "attributes": attributes}, plain


def _find_attribute(
    mesh: DracoMesh, name: str, unique_id: Any, context: ReaderContext, where: str
) -> npt.NDArray[Any] | None:
    """Values of the attribute with an id; where that holds something else, those of its semantic."""
    semantic = SEMANTICS_OF_NAMES.get(name.partition("_")[0])
    found = next((a for a in mesh.attributes if a.unique_id == unique_id), None)
    if found is not None and (semantic is None or found.semantic in (semantic, "GENERIC", "")):
        return found.values
    same = [attribute for attribute in mesh.attributes if attribute.semantic == semantic]
    if len(same) != 1 or name.partition("_")[2] not in ("", "0"):
        return None
    held = "nothing" if found is None else found.semantic
    message = f"{where}/{DRACO}: {name} has the id {unique_id} of {held}: the attribute is found by its kind"
    context.report(repaired(message, f"/{where}"))
    return same[0].values


def _plain_document(
    arrays: list[tuple[np.ndarray[Any, Any], bool]], findings: list[Finding]
) -> ReaderContext:
    codes = {dtype: code for code, dtype in COMPONENT_TYPES.items()}
    kinds = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}
    views, accessors, body = [], [], bytearray()
    for number, (array, normalized) in enumerate(arrays):
        body += bytes(-len(body) % 4)
        views.append({"buffer": 0, "byteOffset": len(body), "byteLength": array.nbytes})
        body += array.tobytes()
        accessors.append(
            {
                "bufferView": number,
                "componentType": codes[array.dtype],
                "type": kinds[array.shape[1]],
                "count": len(array),
                "normalized": normalized,
            }
        )
    document = {"buffers": [{"byteLength": len(body)}], "bufferViews": views, "accessors": accessors}
    return ReaderContext(Container(document, memoryview(bytes(body))), findings=findings)
