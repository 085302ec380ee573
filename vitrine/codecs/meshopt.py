"""meshoptimizer's simplifier and its index and vertex reordering, as typed functions of arrays.

The signatures are those of the C header of meshoptimizer 0.22, which the `meshoptimizer` 0.2.30a0 package
contains; that package's Python binding has neither attributes nor vertex locks. Every call releases the GIL,
and the library keeps no state between calls, so that threads may call it at the same time.

Triangle lists are flat, (3 m,) uint32, as in the library. Every function raises `TypeError` or `ValueError`
for arrays of another shape, dtype or memory layout, and for indices out of range.
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

SPARSE = 2
ERROR_ABSOLUTE = 4
PRUNE = 8
MAX_ATTRIBUTES = 32

_lib = library()
_size, _void, _float, _uint = ctypes.c_size_t, ctypes.c_void_p, ctypes.c_float, ctypes.c_uint
_lib.meshopt_simplifyWithAttributes.argtypes = [
    *(_void, _void, _size, _void, _size, _size),
    *(_void, _size, _void, _size, _void),
    *(_size, _float, _uint, _void),
]
_lib.meshopt_simplifyWithAttributes.restype = _size
_lib.meshopt_simplifyScale.argtypes = [_void, _size, _size]
_lib.meshopt_simplifyScale.restype = _float
_lib.meshopt_optimizeVertexCache.argtypes = [_void, _void, _size, _size]
_lib.meshopt_optimizeVertexCache.restype = None
_lib.meshopt_optimizeVertexCacheStrip.argtypes = [_void, _void, _size, _size]
_lib.meshopt_optimizeVertexCacheStrip.restype = None
_lib.meshopt_optimizeOverdraw.argtypes = [_void, _void, _size, _void, _size, _size, _float]
_lib.meshopt_optimizeOverdraw.restype = None
_lib.meshopt_optimizeVertexFetchRemap.argtypes = [_void, _void, _size, _size]
_lib.meshopt_optimizeVertexFetchRemap.restype = _size
_lib.meshopt_generateVertexRemap.argtypes = [_void, _void, _size, _void, _size, _size]
_lib.meshopt_generateVertexRemap.restype = _size


def sparse_option(triangles: Indices, positions: Floats) -> int:
    """Return `SPARSE` where most of the vertices are unreferenced: the library then skips them.

    `triangles` is (m, 3), `positions` (n, 3). After a first simplification fewer triangles than vertices are
    left.
    """
    return SPARSE if len(triangles) < len(positions) else 0


def simplify(
    indices: Indices,
    positions: Floats,
    *,
    target: int,
    max_error: float = 1.0,
    attributes: Floats | None = None,
    weights: Floats | None = None,
    locked: npt.NDArray[np.uint8] | None = None,
    options: int = 0,
) -> tuple[Indices, float]:
    """Collapse edges until `target` triangles are left or the next collapse would exceed `max_error`.

    `positions` is (n, 3) float32. `attributes` (n, k) float32, weighted by `weights` (k,) float32, join the
    error metric; vertices where `locked` (n,) uint8 is 1 do not move. Errors are relative to the largest
    extent unless `options` has `ERROR_ABSOLUTE`, which makes them lengths in the unit of the positions.
    Returns the remaining indices, into the same vertices, and the error reached.
    """
    count = len(checked_floats(positions, "positions", 3))
    checked_indices(indices, count)
    wanted = 3 * checked_count(target, "target", 0, len(indices) // 3)
    if not max_error >= 0:
        raise ValueError(f"max_error is {max_error}, not ≥ 0")
    checked_count(options, "options", 0, 15)
    width = 0
    if attributes is not None:
        width = _attribute_width(attributes, weights, count)
    if locked is not None and len(checked_array(locked, "locked", np.uint8)) != count:
        raise ValueError(f"locked has {len(locked)} entries for {count} vertices")
    remaining = np.empty(len(indices), np.uint32)
    if not len(indices):
        return remaining, 0.0
    error = ctypes.c_float()
    kept = _lib.meshopt_simplifyWithAttributes(
        *(address(remaining), address(indices), len(indices), address(positions), count, 12),
        *(address(attributes) if attributes is not None and width else None, width * 4),
        *(address(weights) if weights is not None and width else None, width),
        address(locked) if locked is not None else None,
        *(wanted, max_error, options, ctypes.addressof(error)),
    )
    return remaining[:kept].copy(), float(error.value)


def _attribute_width(attributes: Floats, weights: Floats | None, count: int) -> int:
    if not isinstance(attributes, np.ndarray) or attributes.ndim != 2:
        raise TypeError("attributes are not a two-dimensional array")
    width = checked_count(attributes.shape[1], "attributes per vertex", 0, MAX_ATTRIBUTES)
    if len(checked_floats(attributes, "attributes", width)) != count:
        raise ValueError(f"attributes have {len(attributes)} rows for {count} vertices")
    if weights is None:
        raise TypeError("attributes need weights")
    checked_array(weights, "weights", np.float32)
    if len(weights) != width:
        raise ValueError(f"{len(weights)} weights for {width} attributes")
    if not bool(np.all((weights >= 0) & (weights <= 1e6))):
        raise ValueError("weights are not between 0 and 1e6")
    return width


def simplify_scale(positions: Floats) -> float:
    """The factor that turns a relative error into a length in the unit of the (n, 3) float32 positions."""
    checked_floats(positions, "positions", 3)
    if not len(positions):
        return 0.0
    return float(_lib.meshopt_simplifyScale(address(positions), len(positions), 12))


def optimize_vertex_cache(indices: Indices, vertex_count: int, *, compact: bool = False) -> Indices:
    """Reorder triangles for the vertex cache; `compact` for the smallest encoded size instead."""
    checked_indices(indices, checked_count(vertex_count, "vertex_count", 0, 2**31 - 1))
    ordered = np.empty_like(indices)
    if len(indices):
        order = _lib.meshopt_optimizeVertexCacheStrip if compact else _lib.meshopt_optimizeVertexCache
        order(address(ordered), address(indices), len(indices), vertex_count)
    return ordered


def optimize_overdraw(indices: Indices, positions: Floats, *, threshold: float = 1.05) -> Indices:
    """Reorder clusters of cache-optimized triangles to reduce overdraw.

    `positions` is (n, 3) float32; the cache miss ratio grows by a factor of at most `threshold`, 1 to 10.
    """
    count = len(checked_floats(positions, "positions", 3))
    checked_indices(indices, count)
    if not 1 <= threshold <= 10:
        raise ValueError(f"threshold is {threshold}, not 1 to 10")
    ordered = np.empty_like(indices)
    if len(indices):
        _lib.meshopt_optimizeOverdraw(
            address(ordered), address(indices), len(indices), address(positions), count, 12, threshold
        )
    return ordered


def optimize_vertex_fetch(indices: Indices, vertex_count: int) -> tuple[Indices, Indices]:
    """Renumber vertices by first use, for vertex fetch.

    Returns the new indices, (3 m,) uint32, and the old number of each vertex in use, (k,) uint32.
    """
    checked_indices(indices, checked_count(vertex_count, "vertex_count", 0, 2**31 - 1))
    remap = np.empty(vertex_count, np.uint32)
    if not len(indices):
        return indices.copy(), np.empty(0, np.uint32)
    used = _lib.meshopt_optimizeVertexFetchRemap(address(remap), address(indices), len(indices), vertex_count)
    old = np.empty(used, np.uint32)
    is_used = remap != np.uint32(0xFFFFFFFF)
    old[remap[is_used]] = np.flatnonzero(is_used).astype(np.uint32)
    return remap[indices], old


def generate_vertex_remap(rows: npt.NDArray[Any]) -> tuple[Indices, int]:
    """Number the unique rows of an (n, k) array of numbers; rows are equal when their bytes are.

    Returns the number of each row, (n,) uint32 in the order of first occurrence, and how many are unique.
    """
    if not isinstance(rows, np.ndarray) or rows.ndim != 2:
        raise TypeError("rows are not a two-dimensional array")
    checked_array(rows, "rows", rows.dtype, rows.shape[1])
    if rows.dtype.kind not in "fiu":
        raise TypeError(f"rows are {rows.dtype}, not numbers")
    size = checked_count(rows.shape[1] * rows.dtype.itemsize, "bytes a row", 1, 256)
    remap = np.empty(len(rows), np.uint32)
    if not len(rows):
        return remap, 0
    count = _lib.meshopt_generateVertexRemap(address(remap), None, len(rows), address(rows), len(rows), size)
    return remap, int(count)
