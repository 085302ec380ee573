"""Type aliases of numpy arrays, and products of their rows; shapes and units are in each docstring."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.floating[Any]]
"""float32 for everything that is one a vertex, ray or pixel; float64 where a docstring says so."""
Indices: TypeAlias = npt.NDArray[np.uint32]
"""Vertex numbers: glTF's and meshoptimizer's widest index type."""
Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Bools: TypeAlias = npt.NDArray[np.bool_]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Pixels: TypeAlias = npt.NDArray[np.uint8]
"""(h, w, 3) RGB or (h, w, 4) RGBA"""


def row_dot(a: Floats, b: Floats) -> Floats:
    """Return the dot product of each row of `a` with the same row of `b`, (n, k) each, as (n,)."""
    products: Floats = np.einsum("ij,ij->i", a, b)
    return products


def row_cross(a: Floats, b: Floats) -> Floats:
    """Return the cross product of each row of `a` with the same row of `b`, (n, 3) each, as (n, 3).

    `np.cross` takes three times as long.
    """
    product = np.empty_like(a)
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        product[:, i] = a[:, j] * b[:, k] - a[:, k] * b[:, j]
    return product


def row_unit(vectors: Floats) -> Floats:
    """Return each row of (n, 3) float32 divided by its length; rows of length 0 stay."""
    return vectors / np.maximum(np.sqrt(row_dot(vectors, vectors)), np.float32(1e-30))[:, None]


def column_bounds(values: Floats) -> tuple[Floats, Floats]:
    """Return the least and the greatest value of each column of (n, k), n > 0: (k,) each.

    `min(axis=0)` takes thirty times as long.
    """
    columns = values.T.copy()
    return columns.min(axis=1), columns.max(axis=1)
