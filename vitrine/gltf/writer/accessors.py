"""Array -> accessor."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pygltflib import Accessor

from vitrine.arrays import Indices, column_bounds
from vitrine.errors import ModelError

COMPONENT_TYPES = {"i1": 5120, "u1": 5121, "i2": 5122, "u2": 5123, "u4": 5125, "f4": 5126}
ACCESSOR_TYPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4"}


def accessor_of(
    values: npt.NDArray[Any], buffer_view: int | None, *, normalized: bool = False, bounds: bool = False
) -> Accessor:
    """An accessor that describes (n, 1 to 4) values: int8, uint8, int16, uint16, uint32 or float32.

    `bounds` adds min and max, which glTF wants for POSITION; it raises `ModelError` for values that are not
    finite. `buffer_view` is None where an extension holds the bytes.
    """
    accessor = Accessor(
        bufferView=buffer_view,
        componentType=COMPONENT_TYPES[values.dtype.str[1:]],
        count=len(values),
        type=ACCESSOR_TYPES[values.shape[1]],
        normalized=normalized,
    )
    if bounds:
        if not np.isfinite(values).all():
            raise ModelError("positions are not all finite: nothing can be written")
        accessor.min, accessor.max = (bound.tolist() for bound in column_bounds(values))
    return accessor


def smallest_indices(triangles: Indices) -> npt.NDArray[Any]:
    """(m, 3) uint32 as (3 m, 1) uint16 where every index is below 65535, else as (3 m, 1) uint32.

    65535 is the primitive restart value of 16-bit indices (glTF 2.0 section 3.7.2.1).
    """
    flat = triangles.reshape(-1, 1)
    return flat.astype(np.uint16) if len(flat) and int(flat.max()) < 65535 else flat
