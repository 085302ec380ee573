"""Argument checks of arrays that are passed to meshoptimizer by address.

The C library trusts its caller: a wrong dtype, a gap between rows or an index out of range would read or
write memory outside the array. The wrappers pass no array that these functions have not checked.
"""

from __future__ import annotations

import ctypes
from typing import Any

import meshoptimizer._loader as loader
import numpy as np
import numpy.typing as npt

MAX_MAGNITUDE = 1e15
"""Larger float32 values overflow when they are squared and summed."""
MAX_COUNT = 2**31 - 1
"""The library counts vertices and indices in 32 bits."""


def library() -> ctypes.CDLL:
    """Load the shared library of the `meshoptimizer` package.

    The handle is separate from the package's, so that setting argtypes on it does not change the package.
    """
    return ctypes.CDLL(loader.lib_path)


def address(array: npt.NDArray[Any]) -> ctypes.c_void_p:
    """Return the address of an array's first element as a C pointer."""
    return ctypes.c_void_p(array.ctypes.data)


def checked_array(
    array: npt.NDArray[Any], name: str, dtype: npt.DTypeLike, width: int | None = None
) -> npt.NDArray[Any]:
    """Return `array` when it is C-contiguous, of `dtype`, and (n,) or, with `width`, (n, width).

    Raises `TypeError` for another type or dtype, `ValueError` for another shape or memory layout.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name} is a {type(array).__name__}, not an array")
    if array.dtype != np.dtype(dtype) or not array.dtype.isnative:
        raise TypeError(f"{name} is {array.dtype}, not {np.dtype(dtype)}")
    if array.ndim != (1 if width is None else 2):
        raise ValueError(f"{name} has {array.ndim} dimensions, not {1 if width is None else 2}")
    if width is not None and array.shape[1] != width:
        raise ValueError(f"{name} has {array.shape[1]} columns, not {width}")
    if not array.flags.c_contiguous or not array.flags.aligned:
        raise ValueError(f"{name} is not C-contiguous and aligned")
    if len(array) > MAX_COUNT:
        raise ValueError(f"{name} has {len(array)} rows, the limit is {MAX_COUNT}")
    return array


def checked_indices(indices: npt.NDArray[Any], vertex_count: int) -> npt.NDArray[np.uint32]:
    """Return a triangle list, (3 m,) uint32. Raises as `checked_array`, and for indices out of range."""
    checked_array(indices, "indices", np.uint32)
    if len(indices) % 3:
        raise ValueError(f"indices: {len(indices)} is not a multiple of three")
    checked_range(indices, vertex_count, "indices")
    return indices


def checked_range(indices: npt.NDArray[Any], vertex_count: int, name: str) -> None:
    """Raise `ValueError` where an index is `vertex_count` or more; `name` is the argument's."""
    if len(indices) and int(indices.max()) >= vertex_count:
        raise ValueError(f"{name} refer to vertex {int(indices.max())}, there are {vertex_count}")


def checked_floats(array: npt.NDArray[Any], name: str, width: int) -> npt.NDArray[np.float32]:
    """Return (n, width) float32.

    Raises as `checked_array`, and for values that are not finite or above `MAX_MAGNITUDE`.
    """
    checked_array(array, name, np.float32, width)
    if array.size:
        low, high = float(array.min()), float(array.max())
        if not (low >= -MAX_MAGNITUDE and high <= MAX_MAGNITUDE):  # NaN fails this too
            raise ValueError(f"{name} range from {low} to {high}: not finite, or above {MAX_MAGNITUDE:.0e}")
    return array


def checked_count(value: int, name: str, low: int, high: int) -> int:
    """Return an integer within `low` to `high`. Raises `TypeError` or `ValueError`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{name} is a {type(value).__name__}, not an integer")
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}, not {low} to {high}")
    return int(value)
