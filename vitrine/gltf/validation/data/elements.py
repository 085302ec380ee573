"""The values of an accessor, block by block."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from vitrine.gltf.reader.accessors import COMPONENT_TYPES
from vitrine.gltf.validation.data.buffers import Buffers
from vitrine.gltf.validation.links.accessors import (
    byte_length,
    byte_stride,
    fits_view,
    is_complete,
    sparse_parts,
)
from vitrine.gltf.validation.links.linker import Linker, element_bytes
from vitrine.gltf.validation.rows import Rows
from vitrine.gltf.validation.schema.accessor_rules import COMPONENT_BYTES, WIDTHS

BLOCK = 3 * 2**14
"""Elements of a block: whole triangles and whole splines, and few enough for the cache of a processor."""
Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class Elements:
    """The elements of an accessor, as (count, width) in its component type."""

    count: int
    width: int
    dtype: np.dtype[Any]
    base: Array | None
    """`None` for zeros"""
    substituted: npt.NDArray[np.int64]
    """Which elements a sparse accessor substitutes, increasing"""
    substitutes: Array

    def stored_bytes(self) -> int:
        """Return the bytes of the values that are not all zeros."""
        stored = len(self.substitutes) if self.base is None else self.count
        return stored * self.width * self.dtype.itemsize

    def blocks(self) -> Iterator[tuple[int, Array]]:
        """Yield the first element and the values of each block; of blocks of zeros only the first."""
        for number in self._block_numbers():
            start = number * BLOCK
            end = min(start + BLOCK, self.count)
            yield start, self._block(start, end)

    def _block_numbers(self) -> Iterator[int]:
        count = -(-self.count // BLOCK)
        if self.base is not None:
            yield from range(count)
            return
        changed = set((self.substituted // BLOCK).tolist())
        zeros = next(number for number in range(len(changed) + 1) if number not in changed)
        yield from sorted(changed | ({zeros} if zeros < count else set()))

    def _block(self, start: int, end: int) -> Array:
        first, last = np.searchsorted(self.substituted, (start, end))
        base = self.base
        if base is not None and first == last:
            return base[start:end].reshape(end - start, self.width)
        if base is None:
            block = np.zeros((end - start, self.width), self.dtype)
        else:
            block = base[start:end].reshape(end - start, self.width).copy()
        block[self.substituted[first:last] - start] = self.substitutes[first:last]
        return block

    def all(self) -> Array:
        """Return all elements, as (count, width)."""
        return self._block(0, self.count)


def read_elements(linker: Linker, row: int, buffers: Buffers) -> Elements | None:
    """Return the values of an accessor; `None` where it is broken, or where there is no value."""
    accessors = linker.accessors
    if not is_complete(accessors, row):
        return None
    values = accessors.values
    view, has_sparse = linker.view_of(row), sparse_parts(linker, row) is not None
    width = WIDTHS.get(values["type"][row], 0)
    if (view is None and not has_sparse) or not width:
        return None
    base = None
    if view is not None:
        base = _read_base(linker, row, view, buffers)
        if base is None:
            return None
    dtype = COMPONENT_TYPES[values["componentType"][row]]
    none = np.zeros(0, np.int64), np.zeros((0, width), dtype)
    sparse = _read_sparse(linker, row, width, dtype, buffers) if has_sparse else none
    if sparse is None:
        return None
    return Elements(values["count"][row], width, dtype, base, *sparse)


def _read_base(linker: Linker, row: int, view: int, buffers: Buffers) -> Array | None:
    """Return the elements as an array whose first axis is the element; a view of the buffer's bytes."""
    values = linker.accessors.values
    kind, component, count = values["type"][row], values["componentType"][row], values["count"][row]
    size = COMPONENT_BYTES[component]
    data = _bytes_of_view(linker, view, buffers)
    stride = byte_stride(linker, row)
    if data is None or stride < element_bytes(kind, component):
        return None
    offset, length = values["byteOffset"][row], byte_length(linker, row)
    if not fits_view(offset, size, length, linker.views, view):
        return None
    start = linker.views.values["byteOffset"][view] + offset
    if start + length > len(data):
        return None
    stride -= stride % size
    if element_bytes(kind, component) == size * WIDTHS[kind]:
        shape, strides = (count, WIDTHS[kind]), (stride, size)
    else:  # the columns of a matrix of small integers are padded to 4 bytes
        side = 2 if kind == "MAT2" else 3
        shape, strides = (count, side, side), (stride, 4 if size == 1 else 8, size)  # type: ignore[assignment]
    return np.ndarray(shape, COMPONENT_TYPES[component], data, start, strides)


def _bytes_of_view(linker: Linker, view: int, buffers: Buffers) -> memoryview | None:
    buffer = linker.views.values["buffer"][view]
    return buffers[buffer] if 0 <= buffer < len(buffers) else None


def _read_sparse(
    linker: Linker, row: int, width: int, dtype: np.dtype[Any], buffers: Buffers
) -> tuple[npt.NDArray[np.int64], Array] | None:
    """Return which elements are substituted, and by what."""
    parts = sparse_parts(linker, row)
    assert parts is not None
    sparse, indices, substitutes, number, indices_row, values_row = parts
    count = sparse.values["count"][number]
    if count > linker.accessors.values["count"][row]:
        return None
    component = indices.values["componentType"][indices_row]
    if component == -1:
        return None
    found = _read_packed(linker, indices, indices_row, count, COMPONENT_TYPES[component], buffers)
    values = _read_packed(linker, substitutes, values_row, count * width, dtype, buffers)
    if found is None or values is None:
        return None
    found = found.astype(np.int64)
    # Elements are substituted in one pass: after an index that does not increase, or is too large, none is.
    falls = np.flatnonzero(np.diff(found) <= 0)
    kept = int(falls[0]) + 1 if len(falls) else count
    found = found[:kept]
    found = found[found < linker.accessors.values["count"][row]]
    return found, values.reshape(count, width)[: len(found)]


def _read_packed(
    linker: Linker, rows: Rows, row: int, count: int, dtype: np.dtype[Any], buffers: Buffers
) -> Array | None:
    view, offset = rows.values["bufferView"][row], rows.values["byteOffset"][row]
    if not linker.views.has(view):
        return None
    data = _bytes_of_view(linker, view, buffers)
    if data is None or not fits_view(offset, dtype.itemsize, dtype.itemsize * count, linker.views, view):
        return None
    start = linker.views.values["byteOffset"][view] + offset
    if start + dtype.itemsize * count > len(data):
        return None
    return np.frombuffer(data, dtype, count, start)


def sparse_indices(linker: Linker, row: int, buffers: Buffers) -> tuple[str, Array] | None:
    """Return where an accessor's sparse indices are, and them; `None` without any."""
    parts = sparse_parts(linker, row) if is_complete(linker.accessors, row) else None
    if parts is None:
        return None
    sparse, indices, _, number, indices_row, _ = parts
    component, view = indices.values["componentType"][indices_row], indices.values["bufferView"][indices_row]
    offset, count = indices.values["byteOffset"][indices_row], sparse.values["count"][number]
    if component == -1 or offset == -1 or not linker.views.has(view):
        return None
    dtype = COMPONENT_TYPES[component]
    data, start = _bytes_of_view(linker, view, buffers), linker.views.values["byteOffset"][view]
    end = start + offset + count * dtype.itemsize
    if data is None or start == -1 or (start + offset) % dtype.itemsize or end > len(data):
        return None
    return sparse.pointer(number), np.frombuffer(data, dtype, count, start + offset)
