"""Accessor -> array: strides, sparse values, normalized integers (glTF 2.0 section 3.6.2)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices
from vitrine.errors import ModelError
from vitrine.gltf.reader.buffers import ReaderContext, unsigned_int, view_bytes

COMPONENTS: dict[Any, np.dtype[Any]] = {
    5120: np.dtype("<i1"),
    5121: np.dtype("<u1"),
    5122: np.dtype("<i2"),
    5123: np.dtype("<u2"),
    5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}
WIDTHS: dict[Any, int] = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
MAX_ELEMENTS = 200_000_000
"""An accessor without a buffer view is all zeros: its count must not decide how much memory is taken."""


def read_accessor(context: ReaderContext, index: Any, user: str) -> npt.NDArray[Any]:
    """(count, width) array in the accessor's own component type; a view of the file where it can be.

    Raises `ModelError` when anything is out of bounds.
    """
    accessor = context.item("accessors", index, user)
    where = f"accessors/{index}"
    dtype = COMPONENTS.get(accessor.get("componentType"))
    width = WIDTHS.get(accessor.get("type"))
    if dtype is None or width is None:
        raise ModelError(
            f"{where}: no accessor is {accessor.get('type')!r} of {accessor.get('componentType')!r}"
        )
    count = unsigned_int(accessor.get("count"), f"{where}/count")
    if accessor.get("bufferView") is None:
        if count > MAX_ELEMENTS:
            raise ModelError(f"{where} has {count} elements and no bytes, the limit is {MAX_ELEMENTS}")
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
        raise ModelError(f"{where} runs past its view: it ends at byte {end}, the view has {len(data)}")
    if stride < size:
        raise ModelError(f"{where}: byteStride {stride} is less than an element's {size} bytes")
    return np.ndarray((count, width), dtype, buffer=data, offset=offset, strides=(stride, dtype.itemsize))


def _with_sparse(
    context: ReaderContext, sparse: Any, values: npt.NDArray[Any], where: str
) -> npt.NDArray[Any]:
    count = unsigned_int(sparse.get("count"), f"{where}/sparse/count")
    at, new = sparse["indices"], sparse["values"]
    kind = COMPONENTS.get(at.get("componentType"))
    if kind is None or kind.kind != "u":
        raise ModelError(f"{where}/sparse/indices has component type {at.get('componentType')!r}")
    at_offset = unsigned_int(at.get("byteOffset"), f"{where}/sparse/indices/byteOffset", default=0)
    new_offset = unsigned_int(new.get("byteOffset"), f"{where}/sparse/values/byteOffset", default=0)
    rows = _elements(context, at.get("bufferView"), at_offset, 0, count, 1, kind, f"{where}/sparse/indices")[
        :, 0
    ]
    width = values.shape[1]
    replaced = _elements(
        context, new.get("bufferView"), new_offset, 0, count, width, values.dtype, f"{where}/sparse/values"
    )
    if count and int(rows.max()) >= len(values):
        raise ModelError(f"{where}/sparse reaches element {int(rows.max())} of {len(values)}")
    values = values.copy()
    values[rows] = replaced
    return values


def read_floats(context: ReaderContext, index: Any, width: int, user: str) -> Floats:
    """(n, width) float32, C-contiguous and finite; integers are normalized where the accessor says so.

    Dequantization is the one of glTF 2.0 section 3.6.2.2 (`max(c / 127, -1)` and its kin).
    """
    values = read_accessor(context, index, user)
    if values.shape[1] != width:
        raise ModelError(f"{user} has {values.shape[1]} numbers an element, not {width}")
    normalized = context.item("accessors", index, user).get("normalized") is True
    if values.dtype.kind == "f":
        floats = np.ascontiguousarray(values, np.float32)
        # One sum tells whether any is not finite; only then is it worth looking again.
        with np.errstate(invalid="ignore", over="ignore"):
            sound = bool(np.isfinite(np.sum(floats, dtype=np.float64)))
        if not sound:
            bad = int(np.flatnonzero(~np.isfinite(floats).all(axis=1))[0])
            raise ModelError(f"{user} is not finite at element {bad} of {len(floats)}")
        return floats
    floats = values.astype(np.float32)
    if normalized:
        floats /= np.float32(np.iinfo(values.dtype).max)
        if values.dtype.kind == "i":
            np.maximum(floats, -1, out=floats)
    return floats


def read_indices(context: ReaderContext, index: Any, vertex_count: int, user: str) -> Indices:
    """(n,) uint32, each below `vertex_count`."""
    values = read_accessor(context, index, user)
    if values.dtype.kind != "u" or values.shape[1] != 1:
        raise ModelError(f"{user} is not a list of unsigned integers")
    indices = np.ascontiguousarray(values[:, 0], np.uint32)
    if len(indices) and int(indices.max()) >= vertex_count:
        raise ModelError(f"{user} reaches vertex {int(indices.max())} of {vertex_count}")
    return indices
