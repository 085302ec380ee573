"""meshoptimizer's encoders, decoders and filters of EXT_meshopt_compression.

That extension defines version 0 of the vertex format and version 1 of the index format. Functions raise
`TypeError` or `ValueError` for arrays of another shape, dtype or memory layout.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.arrays import Floats, Indices
from vitrine.codecs.array_checks import (
    address,
    checked_array,
    checked_count,
    checked_floats,
    checked_indices,
    library,
)

MAX_STRIDE = 256
MAX_RATIO = 2048
"""No valid data decodes to more than this many times its size."""

_lib = library()
_size, _void, _int = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_int
_lib.meshopt_encodeVertexBufferBound.argtypes = [_size, _size]
_lib.meshopt_encodeVertexBufferBound.restype = _size
_lib.meshopt_encodeVertexBuffer.argtypes = [_void, _size, _void, _size, _size]
_lib.meshopt_encodeVertexBuffer.restype = _size
_lib.meshopt_encodeIndexBufferBound.argtypes = [_size, _size]
_lib.meshopt_encodeIndexBufferBound.restype = _size
_lib.meshopt_encodeIndexBuffer.argtypes = [_void, _size, _void, _size]
_lib.meshopt_encodeIndexBuffer.restype = _size
_lib.meshopt_decodeVertexBuffer.argtypes = [_void, _size, _size, _void, _size]
_lib.meshopt_decodeVertexBuffer.restype = _int
_lib.meshopt_decodeIndexBuffer.argtypes = [_void, _size, _size, _void, _size]
_lib.meshopt_decodeIndexBuffer.restype = _int
_lib.meshopt_decodeIndexSequence.argtypes = [_void, _size, _size, _void, _size]
_lib.meshopt_decodeIndexSequence.restype = _int
_lib.meshopt_encodeFilterOct.argtypes = [_void, _size, _size, _int, _void]
_lib.meshopt_encodeFilterOct.restype = None
for _name in ("Oct", "Quat", "Exp"):
    _filter = getattr(_lib, f"meshopt_decodeFilter{_name}")
    _filter.argtypes = [_void, _size, _size]
    _filter.restype = None
_lib.meshopt_encodeVertexVersion.argtypes = [_int]
_lib.meshopt_encodeVertexVersion.restype = None
_lib.meshopt_encodeIndexVersion.argtypes = [_int]
_lib.meshopt_encodeIndexVersion.restype = None
_lib.meshopt_encodeVertexVersion(0)
_lib.meshopt_encodeIndexVersion(1)


def encode_vertices(rows: npt.NDArray[Any]) -> bytes:
    """Encode (n, k) numbers, one vertex a row of 4, 8 ... 256 bytes, in mode ATTRIBUTES."""
    if not isinstance(rows, np.ndarray) or rows.ndim != 2 or rows.dtype.kind not in "fiu":
        raise TypeError("rows are not a two-dimensional array of numbers")
    checked_array(rows, "rows", rows.dtype, rows.shape[1])
    stride = _stride(rows.shape[1] * rows.dtype.itemsize)
    out = np.empty(_lib.meshopt_encodeVertexBufferBound(len(rows), stride), np.uint8)
    size = _lib.meshopt_encodeVertexBuffer(address(out), len(out), address(rows), len(rows), stride)
    return out[:size].tobytes()


def encode_triangles(indices: Indices, vertex_count: int) -> bytes:
    """Encode a triangle list, (3 m,) uint32, in mode TRIANGLES; smallest after cache and fetch reordering."""
    checked_indices(indices, checked_count(vertex_count, "vertex_count", 0, 2**31 - 1))
    out = np.empty(_lib.meshopt_encodeIndexBufferBound(len(indices), vertex_count), np.uint8)
    size = _lib.meshopt_encodeIndexBuffer(address(out), len(out), address(indices), len(indices))
    return out[:size].tobytes()


def encode_octahedral(vectors: Floats, *, bits: int) -> npt.NDArray[Any]:
    """Encode (n, 4) float32, unit xyz and w in -1 to 1, by the filter OCTAHEDRAL.

    Returns (n, 4) int8, or int16 above 8 bits.
    """
    checked_count(bits, "bits", 1, 16)
    checked_floats(vectors, "vectors", 4)
    dtype = np.int8 if bits <= 8 else np.int16
    out = np.empty((len(vectors), 4), dtype)
    _lib.meshopt_encodeFilterOct(address(out), len(out), 4 * out.itemsize, bits, address(vectors))
    return out


def decode_vertices(data: bytes, count: int, stride: int) -> npt.NDArray[np.uint8]:
    """Decode mode ATTRIBUTES to (count, stride) uint8. Raises `ValueError` for data of another size."""
    _stride(stride)
    _check_ratio(data, count * stride)
    out = np.empty((checked_count(count, "count", 0, 2**31 - 1), stride), np.uint8)
    encoded = np.frombuffer(data, np.uint8)
    _check(_lib.meshopt_decodeVertexBuffer(address(out), count, stride, address(encoded), len(encoded)))
    return out


def decode_triangles(data: bytes, count: int, size: int) -> npt.NDArray[Any]:
    """Decode mode TRIANGLES to (count,) uint16 or uint32, by `size` in bytes.

    The indices are not checked against a vertex count. Raises `ValueError` for data of another size.
    """
    if count % 3:
        raise ValueError(f"{count} indices are not whole triangles")
    return _decode_indices(_lib.meshopt_decodeIndexBuffer, data, count, size)


def decode_sequence(data: bytes, count: int, size: int) -> npt.NDArray[Any]:
    """Decode mode INDICES, of any topology, as `decode_triangles` does."""
    return _decode_indices(_lib.meshopt_decodeIndexSequence, data, count, size)


def _decode_indices(decode: Any, data: bytes, count: int, size: int) -> npt.NDArray[Any]:
    if size not in (2, 4):
        raise ValueError(f"an index of {size} bytes: 2 or 4")
    _check_ratio(data, count * size)
    out = np.empty(checked_count(count, "count", 0, 2**31 - 1), np.uint16 if size == 2 else np.uint32)
    encoded = np.frombuffer(data, np.uint8)
    _check(decode(address(out), count, size, address(encoded), len(encoded)))
    return out


def decode_filter(rows: npt.NDArray[np.uint8], name: str) -> npt.NDArray[np.uint8]:
    """Decode (n, stride) uint8 by a filter: NONE, OCTAHEDRAL, QUATERNION or EXPONENTIAL.

    Raises `ValueError` for another filter, and for a stride that the filter does not allow.
    """
    if not isinstance(rows, np.ndarray) or rows.ndim != 2:
        raise TypeError("rows are not a two-dimensional array")
    checked_array(rows, "rows", np.uint8, rows.shape[1])
    strides = {"NONE": None, "OCTAHEDRAL": (4, 8), "QUATERNION": (8,), "EXPONENTIAL": tuple(range(4, 257, 4))}
    if name not in strides:
        raise ValueError(f"unknown meshopt filter {name!r}")
    allowed = strides[name]
    if allowed is None:
        return rows
    if rows.shape[1] not in allowed:
        raise ValueError(f"filter {name} on rows of {rows.shape[1]} bytes")
    out = rows.copy()
    function = {"OCTAHEDRAL": "Oct", "QUATERNION": "Quat", "EXPONENTIAL": "Exp"}[name]
    getattr(_lib, f"meshopt_decodeFilter{function}")(address(out), len(out), rows.shape[1])
    return out


def _stride(stride: int) -> int:
    checked_count(stride, "bytes a row", 4, MAX_STRIDE)
    if stride % 4:
        raise ValueError(f"a row of {stride} bytes is not a multiple of 4")
    return stride


def _check_ratio(data: bytes, size: int) -> None:
    if not isinstance(data, bytes):
        raise TypeError(f"data is a {type(data).__name__}, not bytes")
    if size > len(data) * MAX_RATIO:
        raise ValueError(f"{len(data)} compressed bytes cannot hold {size}")


def _check(result: int) -> None:
    if result != 0:
        raise ValueError(f"encoded data is invalid (meshoptimizer returns {result})")
