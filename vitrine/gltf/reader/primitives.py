"""One primitive of a document -> arrays of a triangle mesh, morph targets and skin applied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.errors import ModelError
from vitrine.gltf.reader import draco
from vitrine.gltf.reader.accessors import read_floats, read_indices
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.nodes import Matrix

TRIANGLES, STRIP, FAN = 4, 5, 6


@dataclass(frozen=True, slots=True)
class PrimitiveArrays:
    """Attributes and triangles of one primitive, in the space its node gives it."""

    positions: Floats
    triangles: Indices
    normals: Floats | None = None
    tangents: Floats | None = None
    uvs: Floats | None = None
    colors: Floats | None = None


def read_primitive(
    context: ReaderContext, primitive: dict[str, Any], tex_coord: int, where: str
) -> PrimitiveArrays:
    """The primitive as it stands in the file. Raises `ModelError`, for points and lines too."""
    if "KHR_draco_mesh_compression" in (primitive.get("extensions") or {}):
        primitive, context = draco.unpack(context, primitive, where)
    attributes = primitive.get("attributes") or {}
    if "POSITION" not in attributes:
        raise ModelError(f"{where} has no POSITION")
    positions = read_floats(context, attributes["POSITION"], 3, f"{where}/POSITION")
    count = len(positions)

    def attribute(name: str, width: int) -> Floats | None:
        if name not in attributes:
            return None
        values = read_floats(context, attributes[name], width, f"{where}/{name}")
        if len(values) != count:
            raise ModelError(f"{where}/{name} has {len(values)} elements, POSITION has {count}")
        return values

    if primitive.get("indices") is None:
        indices = np.arange(count, dtype=np.uint32)
    else:
        indices = read_indices(context, primitive["indices"], count, f"{where}/indices")
    return PrimitiveArrays(
        positions,
        as_triangles(indices, primitive.get("mode", TRIANGLES), where),
        attribute("NORMAL", 3),
        attribute("TANGENT", 4),
        attribute(f"TEXCOORD_{tex_coord}", 2),
        _colors(context, attributes, count, where),
    )


def _colors(context: ReaderContext, attributes: dict[str, Any], count: int, where: str) -> Floats | None:
    if "COLOR_0" not in attributes:
        return None
    kind = context.item("accessors", attributes["COLOR_0"], f"{where}/COLOR_0").get("type")
    colors = read_floats(context, attributes["COLOR_0"], 3 if kind == "VEC3" else 4, f"{where}/COLOR_0")
    if len(colors) != count:
        raise ModelError(f"{where}/COLOR_0 has {len(colors)} elements, POSITION has {count}")
    if colors.shape[1] == 3:
        colors = np.concatenate([colors, np.ones((count, 1), np.float32)], axis=1)
    # All white says nothing: without it the picture is the same and the file is smaller.
    return None if bool((colors >= 1).all()) else np.clip(colors, 0, 1)


def as_triangles(indices: Indices, mode: int, where: str) -> Indices:
    """(m, 3) from a list, a strip or a fan (glTF 2.0 section 3.7.2.1), winding kept."""
    match mode:
        case 4:
            if len(indices) % 3:
                raise ModelError(f"{where} has {len(indices)} indices, not a multiple of three")
            return indices.reshape(-1, 3)
        case 5:
            corners = np.stack([indices[:-2], indices[1:-1], indices[2:]], axis=1)
            # Triangle i is (i, i+1+i%2, i+2-i%2).
            corners[1::2, 1:] = corners[1::2, :0:-1]
            return np.ascontiguousarray(corners)
        case 6:
            first = np.broadcast_to(indices[:1], len(indices[2:]))
            return np.stack([indices[1:-1], indices[2:], first], axis=1)
        case _:
            raise ModelError(f"{where} has mode {mode!r}, not triangles")


def apply_morph_targets(
    context: ReaderContext, arrays: PrimitiveArrays, targets: list[dict[str, Any]], weights: Any, where: str
) -> PrimitiveArrays:
    """The shape the default weights give (glTF 2.0 section 3.7.2.2)."""
    positions, normals = arrays.positions, arrays.normals
    for number, (target, weight) in enumerate(zip(targets, weights or [], strict=False)):
        if not weight:
            continue
        if "POSITION" in target:
            moved = read_floats(context, target["POSITION"], 3, f"{where}/targets/{number}/POSITION")
            positions = positions + np.float32(weight) * moved
        if "NORMAL" in target and normals is not None:
            turned = read_floats(context, target["NORMAL"], 3, f"{where}/targets/{number}/NORMAL")
            normals = normals + np.float32(weight) * turned
    return replace(arrays, positions=positions, normals=None if normals is None else normalized_rows(normals))


def transform(arrays: PrimitiveArrays, matrix: Matrix) -> PrimitiveArrays:
    """Positions, normals and tangents in world space; a mirroring matrix turns the triangles over."""
    if np.array_equal(matrix, np.eye(4)):
        return arrays
    linear = matrix[:3, :3]
    triangles, tangents = arrays.triangles, arrays.tangents
    mirrored = float(np.linalg.det(linear)) < 0
    if mirrored:
        triangles = np.ascontiguousarray(triangles[:, ::-1])
    if tangents is not None:
        sign = -tangents[:, 3:] if mirrored else tangents[:, 3:]
        turned = (tangents[:, :3].astype(np.float64) @ linear.T).astype(np.float32)
        tangents = np.concatenate([normalized_rows(turned), sign], axis=1)
    return replace(
        arrays,
        positions=(arrays.positions.astype(np.float64) @ linear.T + matrix[:3, 3]).astype(np.float32),
        triangles=triangles,
        normals=None if arrays.normals is None else _turned_normals(arrays.normals, linear),
        tangents=tangents,
    )


def _turned_normals(normals: Floats, linear: Matrix) -> Floats:
    # The cofactor matrix is the inverse transpose up to a factor, and exists for flat scales too.
    cofactor = np.stack(
        [np.cross(linear[1], linear[2]), np.cross(linear[2], linear[0]), np.cross(linear[0], linear[1])]
    )
    if float(np.linalg.det(linear)) < 0:
        cofactor = -cofactor
    return normalized_rows((normals.astype(np.float64) @ cofactor.T).astype(np.float32))


def normalized_rows(vectors: Floats) -> Floats:
    """Each row at length one; a zero row stays zero."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)
