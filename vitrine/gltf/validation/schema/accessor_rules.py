"""Properties of accessors that depend on other properties (glTF 2.0 section 3.6.2)."""

from __future__ import annotations

from typing import Any

from vitrine.gltf.validation.rows import Cursor, Rows
from vitrine.gltf.validation.schema.columns import read_value
from vitrine.gltf.validation.schema.fields import Integers, Numbers, Uint

FLOAT = 5126
UNSIGNED_INT = 5125
WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
"""Components of an element of each type."""
COMPONENT_BYTES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
COMPONENT_RANGES = {
    5120: (-128, 127),
    5121: (0, 255),
    5122: (-32768, 32767),
    5123: (0, 65535),
    5125: (0, 4294967295),
}
COMPONENT_NAMES = {
    5120: "BYTE",
    5121: "UNSIGNED_BYTE",
    5122: "SHORT",
    5123: "UNSIGNED_SHORT",
    5125: "UNSIGNED_INT",
    5126: "FLOAT",
}
BYTE_OFFSET = Uint(name="byteOffset", default=0)


def check_accessors(rows: Rows, cursor: Cursor) -> None:
    """Read byteOffset, min and max, whose meaning depends on the view and on the type."""
    count = len(rows)
    rows.values |= {"byteOffset": [0] * count, "min": [None] * count, "max": [None] * count}
    for cursor.row, item in enumerate(rows.items):
        row = cursor.row
        offset = 0
        if rows.values["bufferView"][row] != -1:
            offset = rows.values["byteOffset"][row] = read_value(BYTE_OFFSET, cursor)
        elif "byteOffset" in item:
            cursor.add("UNSATISFIED_DEPENDENCY", "byteOffset", values=("bufferView",))
        component, kind = rows.values["componentType"][row], rows.values["type"][row]
        if kind in WIDTHS and component != -1:
            for name in ("min", "max"):
                if name in item:
                    rows.values[name][row] = read_value(_bounds_field(name, component, kind), cursor)
        if rows.values["normalized"][row] and component in (FLOAT, UNSIGNED_INT):
            cursor.add("ACCESSOR_NORMALIZED_INVALID", "normalized")
        if kind in ("MAT2", "MAT3", "MAT4") and offset != -1 and offset % 4:
            cursor.add("ACCESSOR_MATRIX_ALIGNMENT", "byteOffset")


def _bounds_field(name: str, component: int, kind: str) -> Any:
    if component == FLOAT:
        return Numbers(name=name, length=WIDTHS[kind], single=True)
    low, high = COMPONENT_RANGES[component]
    names = COMPONENT_NAMES[component]
    return Integers(name=name, length=WIDTHS[kind], minimum=low, maximum=high, component=names)
