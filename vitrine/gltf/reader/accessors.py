"""Accessor -> array: byte strides, sparse accessors, normalized integers (glTF 2.0 section 3.6.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices
from vitrine.codecs.array_checks import MAX_MAGNITUDE
from vitrine.errors import IndexOutOfRange, ModelError
from vitrine.gltf.reader.buffers import ReaderContext, unsigned_int, view_bytes

COMPONENT_TYPES: dict[Any, np.dtype[Any]] = {
    5120: np.dtype("<i1"),
    5121: np.dtype("<u1"),
    5122: np.dtype("<i2"),
    5123: np.dtype("<u2"),
    5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}
COMPONENT_COUNTS: dict[Any, int] = {
    "SCALAR": 1,
    "VEC2": 2,
    "VEC3": 3,
    "VEC4": 4,
    "MAT2": 4,
    "MAT3": 9,
    "MAT4": 16,
}


def read_accessor(context: ReaderContext, index: Any, user: str) -> npt.NDArray[Any]:
    """Read an accessor as (count, components) in its own component type; a view of the file where possible.

    `user` names in messages what refers to the accessor. Raises `ModelError` for an unknown type, and when
    the accessor exceeds its buffer view. An accessor without a buffer view is zeros: `check_document` has
    bounded how many.
    """
    accessor = context.item("accessors", index, user)
    where = f"accessors/{index}"
    dtype = COMPONENT_TYPES.get(accessor.get("componentType"))
    width = COMPONENT_COUNTS.get(accessor.get("type"))
    if dtype is None or width is None:
        type_name, component_type = accessor.get("type"), accessor.get("componentType")
        raise ModelError(f"{where} has unknown type {type_name!r} of component type {component_type!r}")
    count = unsigned_int(accessor.get("count"), f"{where}/count")
    if accessor.get("bufferView") is None:
        values = np.zeros((count, width), dtype)
    else:
        offset = unsigned_int(accessor.get("byteOffset"), f"{where}/byteOffset", default=0)
        stride = _stride(context, accessor["bufferView"], where)
        values = _elements(context, accessor["bufferView"], offset, stride, count, width, dtype, where)
    if accessor.get("sparse") is not None:
        values = _with_sparse(context, accessor["sparse"], values, where)
    return values


def _stride(context: ReaderContext, view_index: Any, where: str) -> int:
    view = context.item("bufferViews", view_index, where)
    return unsigned_int(view.get("byteStride"), f"bufferViews/{view_index}/byteStride", default=0)


def _elements(
    context: ReaderContext,
    view: Any,
    offset: int,
    stride: int,
    count: int,
    width: int,
    dtype: np.dtype[Any],
    where: str,
) -> npt.NDArray[Any]:
    data = view_bytes(context, view, where)
    size = dtype.itemsize * width
    stride = stride or size
    end = offset + stride * (count - 1) + size if count else offset
    if end > len(data):
        raise ModelError(f"{where} exceeds its buffer view: it ends at byte {end}, the view has {len(data)}")
    if stride < size:
        raise ModelError(f"{where}: byteStride {stride} is less than an element's {size} bytes")
    return np.ndarray((count, width), dtype, buffer=data, offset=offset, strides=(stride, dtype.itemsize))


def _with_sparse(
    context: ReaderContext, sparse: Any, values: npt.NDArray[Any], where: str
) -> npt.NDArray[Any]:
    count = unsigned_int(sparse.get("count"), f"{where}/sparse/count")
    indices, substituted = sparse["indices"], sparse["values"]
    index_dtype = COMPONENT_TYPES.get(indices.get("componentType"))
    if index_dtype is None or index_dtype.kind != "u":
        raise ModelError(f"{where}/sparse/indices has component type {indices.get('componentType')!r}")
    indices_offset = unsigned_int(indices.get("byteOffset"), f"{where}/sparse/indices/byteOffset", default=0)
    values_offset = unsigned_int(
        substituted.get("byteOffset"), f"{where}/sparse/values/byteOffset", default=0
    )
    rows = _elements(
        context,
        indices.get("bufferView"),
        indices_offset,
        0,
        count,
        1,
        index_dtype,
        f"{where}/sparse/indices",
    )[:, 0]
    width = values.shape[1]
    substitutes = _elements(
        context,
        substituted.get("bufferView"),
        values_offset,
        0,
        count,
        width,
        values.dtype,
        f"{where}/sparse/values",
    )
    if count and int(rows.max()) >= len(values):
        raise ModelError(f"{where}/sparse refers to element {int(rows.max())} of {len(values)}")
    values = values.copy()
    values[rows] = substitutes
    return values


def read_floats(context: ReaderContext, index: Any, width: int, user: str) -> Floats:
    """Read an accessor as (n, width) float32, C-contiguous and finite.

    Raises `ModelError` for another width and for values that are not finite.
    """
    floats = read_numbers(context, index, width, user)
    if not is_finite(floats):
        bad = int(np.flatnonzero(~np.isfinite(floats).all(axis=1))[0])
        raise ModelError(f"{user} is not finite at element {bad} of {len(floats)}")
    return floats


def is_finite(values: Floats) -> bool:
    """Whether no value of an array is NaN or infinite."""
    # A sum is finite only if every value is: one pass without an array of flags.
    with np.errstate(invalid="ignore", over="ignore"):
        return bool(np.isfinite(np.sum(values, dtype=np.float64)))


def read_numbers(context: ReaderContext, index: Any, width: int, user: str) -> Floats:
    """Read an accessor as (n, width) float32, C-contiguous; NaN and infinity stay.

    Normalized integers are converted by the equations of glTF 2.0 section 3.6.2.2, such as
    `max(c / 127, -1)`. Raises `ModelError` for another width.
    """
    values = read_accessor(context, index, user)
    if values.shape[1] != width:
        raise ModelError(f"{user} has {values.shape[1]} numbers an element, not {width}")
    normalized = context.item("accessors", index, user).get("normalized") is True
    if values.dtype.kind == "f":
        return np.ascontiguousarray(values, np.float32)
    floats = values.astype(np.float32)
    if normalized:
        floats /= np.float32(np.iinfo(values.dtype).max)
        if values.dtype.kind == "i":
            np.maximum(floats, -1, out=floats)
    return floats


def without_giants(floats: Floats) -> Floats:
    """Take numbers beyond `MAX_MAGNITUDE` for infinite: their squares overflow in every later step."""
    low, high = float(floats.min(initial=0)), float(floats.max(initial=0))
    if low >= -MAX_MAGNITUDE and high <= MAX_MAGNITUDE:
        return floats
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(floats) > MAX_MAGNITUDE, np.float32(np.inf), floats)


def read_indices(context: ReaderContext, index: Any, vertex_count: int, user: str) -> Indices:
    """Read an accessor as (n,) uint32. Raises `ModelError` unless all are below `vertex_count`."""
    values = read_accessor(context, index, user)
    if values.dtype.kind != "u" or values.shape[1] != 1:
        raise ModelError(f"{user} is not a list of unsigned integers")
    indices = np.ascontiguousarray(values[:, 0], np.uint32)
    if len(indices) and int(indices.max()) >= vertex_count:
        raise IndexOutOfRange(f"{user} refers to vertex {int(indices.max())} of {vertex_count}")
    return indices
