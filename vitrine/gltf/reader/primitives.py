"""Primitive -> arrays of a triangle mesh; morph targets and node transforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vitrine.arrays import Floats, Indices
from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.gltf.reader.accessors import read_floats, read_indices, read_numbers, without_giants
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.reader.draco import DRACO, decode_draco_primitive
from vitrine.gltf.reader.infinite_values import drop_infinite_positions, repair_infinite_rows
from vitrine.gltf.reader.nodes import Matrices

TRIANGLES, STRIP, FAN = 4, 5, 6


@dataclass(frozen=True, slots=True)
class PrimitiveArrays:
    """Attributes and triangles of one primitive; shapes as in `vitrine.gltf.model.Mesh`."""

    positions: Floats
    """(n, 3) float32"""
    triangles: Indices
    """(m, 3) uint32"""
    normals: Floats | None = None
    """(n, 3) float32"""
    tangents: Floats | None = None
    """(n, 4) float32"""
    uv_sets: tuple[Floats | None, ...] = ()
    """(n, 2) float32 each, as many as were asked for"""
    colors: Floats | None = None
    """(n, 4) float32, linear RGBA"""


def read_primitive(
    context: ReaderContext, primitive: dict[str, Any], tex_coords: Sequence[int], where: str
) -> PrimitiveArrays:
    """Read a primitive with the UVs of the sets `tex_coords`, in its mesh's space.

    NaN and infinity are repaired, and indices that make no triangle are dropped, with findings. Raises
    `ModelError` for broken accessors, for attributes of different lengths, and for points and lines.
    """
    if DRACO in (primitive.get("extensions") or {}):
        primitive, context = decode_draco_primitive(context, primitive, where)
    attributes = primitive.get("attributes") or {}
    if "POSITION" not in attributes:
        raise ModelError(f"{where} has no POSITION")
    positions = read_numbers(context, attributes["POSITION"], 3, f"{where}/POSITION")
    count = len(positions)
    if primitive.get("indices") is None:
        indices = np.arange(count, dtype=np.uint32)
    else:
        indices = read_indices(context, primitive["indices"], count, f"{where}/indices")
    mode = primitive.get("mode", TRIANGLES)
    left_over = len(indices) % 3 if mode == TRIANGLES else 0
    if left_over:
        message = f"{where} has {len(indices)} indices: the last {left_over} are left over"
        context.report(finding("INDICES_LEFT_OVER", message, pointer=f"/{where}"))
        indices = indices[: len(indices) - left_over]
    triangles = as_triangles(indices, mode, where)
    positions, triangles = drop_infinite_positions(context, positions, triangles, f"{where}/POSITION")

    def attribute(name: str, width: int) -> Floats | None:
        if name not in attributes:
            return None
        values = without_giants(read_numbers(context, attributes[name], width, f"{where}/{name}"))
        if len(values) != count:
            raise ModelError(f"{where}/{name} has {len(values)} elements, POSITION has {count}")
        return repair_infinite_rows(context, values, triangles, f"{where}/{name}")

    return PrimitiveArrays(
        positions,
        triangles,
        attribute("NORMAL", 3),
        attribute("TANGENT", 4),
        tuple(attribute(f"TEXCOORD_{number}", 2) for number in tex_coords),
        _colors(context, attributes, attribute, where),
    )


def _colors(
    context: ReaderContext,
    attributes: dict[str, Any],
    attribute: Callable[[str, int], Floats | None],
    where: str,
) -> Floats | None:
    if "COLOR_0" not in attributes:
        return None
    kind = context.item("accessors", attributes["COLOR_0"], f"{where}/COLOR_0").get("type")
    colors = attribute("COLOR_0", 3 if kind == "VEC3" else 4)
    assert colors is not None
    if colors.shape[1] == 3:
        colors = np.concatenate([colors, np.ones((len(colors), 1), np.float32)], axis=1)
    _report_odd_colors(context, colors, where)
    # White multiplies by one: without it a render is the same and the file is smaller.
    return None if bool((colors >= 1).all()) else np.clip(colors, 0, 1)


def _report_odd_colors(context: ReaderContext, colors: Floats, where: str) -> None:
    highest = float(colors.max(initial=0))
    if highest > 1:
        message = f"{where}/COLOR_0 reaches {highest:g}: vertex colours above 1 are clamped to white"
        context.report(finding("COLORS_CLAMPED", message, pointer=f"/{where}", measured=highest, limit=1.0))
    elif len(colors) and not colors[:, :3].any():
        message = f"{where}/COLOR_0 is black everywhere, and multiplies the material: the model is black"
        context.report(finding("COLORS_BLACK", message, pointer=f"/{where}"))


def as_triangles(indices: Indices, mode: int, where: str) -> Indices:
    """(k,) uint32 of a list, strip or fan -> (m, 3) uint32 with the same winding (glTF 2.0 section 3.7.2.1).

    `mode` is 4, 5 or 6. Raises `ModelError` for others, and for a list that is no multiple of three.
    """
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
    """Add the morph targets, weighted by the default weights (glTF 2.0 section 3.7.2.2).

    Raises `ModelError` for broken accessors.
    """
    positions, normals = arrays.positions, arrays.normals
    for number, (target, weight) in enumerate(zip(targets, weights or [], strict=False)):
        if not weight:
            continue
        if "POSITION" in target:
            displacement = read_floats(context, target["POSITION"], 3, f"{where}/targets/{number}/POSITION")
            positions = positions + np.float32(weight) * displacement
        if "NORMAL" in target and normals is not None:
            displacement = read_floats(context, target["NORMAL"], 3, f"{where}/targets/{number}/NORMAL")
            normals = normals + np.float32(weight) * displacement
    return replace(arrays, positions=positions, normals=None if normals is None else normalized_rows(normals))


def apply_transforms(arrays: PrimitiveArrays, matrices: Matrices) -> PrimitiveArrays:
    """Transform positions, normals and tangents by a node's (k, 4, 4) float64 world matrices.

    With several matrices, those of instances, the primitive is repeated: n vertices become k * n. A matrix
    with a negative determinant flips the winding and the tangents' signs (glTF 2.0 section 3.7.4).
    """
    if len(matrices) == 1 and np.array_equal(matrices[0], np.eye(4)):
        return arrays
    linear = matrices[:, :3, :3]
    copies, count = len(matrices), len(arrays.positions)
    mirrored = np.linalg.det(linear) < 0
    offsets = np.arange(copies, dtype=np.uint32) * np.uint32(count)
    triangles = arrays.triangles[None] + offsets[:, None, None]
    triangles[mirrored] = triangles[mirrored][:, :, ::-1]
    tangents = arrays.tangents
    if tangents is not None:
        signs = np.where(mirrored[:, None, None], -tangents[:, 3:], tangents[:, 3:])
        directions = _transformed(tangents[:, :3], linear)
        tangents = np.concatenate([directions, signs.reshape(-1, 1)], axis=1)
    positions = arrays.positions.astype(np.float64) @ linear.transpose(0, 2, 1) + matrices[:, None, :3, 3]
    return PrimitiveArrays(
        positions.reshape(-1, 3).astype(np.float32),
        np.ascontiguousarray(triangles.reshape(-1, 3)),
        None if arrays.normals is None else _transformed(arrays.normals, _cofactors(linear)),
        tangents,
        tuple(None if each is None else _repeated(each, copies) for each in arrays.uv_sets),
        None if arrays.colors is None else _repeated(arrays.colors, copies),
    )


def _repeated(values: Floats, copies: int) -> Floats:
    return values if copies == 1 else np.tile(values, (copies, 1))


def _transformed(vectors: Floats, linear: Matrices) -> Floats:
    """(n, 3) float32 by (k, 3, 3) -> (k * n, 3) float32 of length one."""
    return normalized_rows(
        (vectors.astype(np.float64) @ linear.transpose(0, 2, 1)).astype(np.float32).reshape(-1, 3)
    )


def _cofactors(linear: Matrices) -> Matrices:
    # The cofactor matrix is the inverse transpose up to a factor, and exists for singular matrices, too.
    cross = [np.cross(linear[:, (row + 1) % 3], linear[:, (row + 2) % 3]) for row in range(3)]
    cofactors = np.stack(cross, axis=1)
    return np.where((np.linalg.det(linear) < 0)[:, None, None], -cofactors, cofactors)


def normalized_rows(vectors: Floats) -> Floats:
    """(n, k) float32 with each row scaled to length one; rows of zeros stay."""
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(length > 0, length, 1)).astype(np.float32)
