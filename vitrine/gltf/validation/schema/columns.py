"""Read one property of all objects of a table."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from vitrine.gltf.validation.rows import Cursor, Rows
from vitrine.gltf.validation.schema.fields import Field

MISSING = object()


def read_column(field: Field, rows: Rows, cursor: Cursor, names: Set[str]) -> list[Any]:
    """Read one property of all objects; `null` is a value of the wrong type."""
    name, required, when = field.name, field.required, field.when
    column = [field.default] * len(rows.items)
    if name not in names and not required:
        return column
    read = field.read
    for row, item in enumerate(rows.items):
        value = item.get(name, MISSING)
        if value is MISSING and not required:
            continue
        if when is not None and rows.values[when[0]][row] != when[1]:
            continue
        cursor.row = row
        if value is MISSING or value is None:
            if value is None:
                cursor.add("TYPE_MISMATCH", name, values=(None, field.type_name))
            if required and rows.is_present(row):
                cursor.add("UNDEFINED_PROPERTY", values=(name,))
        else:
            column[row] = read(value, cursor)
    return column


def read_value(field: Field, cursor: Cursor) -> Any:
    """Read one property of the object at the cursor."""
    value = cursor.rows.items[cursor.row].get(field.name, MISSING)
    if value is MISSING:
        if field.required and cursor.rows.is_present(cursor.row):
            cursor.add("UNDEFINED_PROPERTY", values=(field.name,))
        return field.default
    if value is None:
        cursor.add("TYPE_MISMATCH", field.name, values=(None, field.type_name))
        if field.required:
            cursor.add("UNDEFINED_PROPERTY", values=(field.name,))
        return field.default
    return field.read(value, cursor)
