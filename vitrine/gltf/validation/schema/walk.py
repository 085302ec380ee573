"""Check every property of every object against the tables of `core` and `extensions`."""

from __future__ import annotations

from typing import Any

from vitrine.gltf.validation.rows import Cursor, Document, Rows
from vitrine.gltf.validation.schema.columns import read_column
from vitrine.gltf.validation.schema.core import CORE, READ_BY_RULES
from vitrine.gltf.validation.schema.extensions import ALONE, EXTENSION_OBJECTS, PLACES
from vitrine.gltf.validation.schema.fields import Child, Children, Field
from vitrine.gltf.validation.schema.more_extensions import MORE_OBJECTS, MORE_PLACES, OPEN, check_meshopt
from vitrine.gltf.validation.schema.rules import AFTER_CHILDREN, RULES

TABLES: dict[str, tuple[Field, ...]] = CORE | EXTENSION_OBJECTS | MORE_OBJECTS
EVERYWHERE = frozenset({"extensions", "extras"})
MEMBERS: dict[str, frozenset[str]] = {
    kind: frozenset({field.name for field in fields} | EVERYWHERE | set(READ_BY_RULES.get(kind, ())))
    for kind, fields in TABLES.items()
}
"""The properties that objects of each type may have."""


def walk(rows: Rows, document: Document) -> None:
    """Check a table of objects, and all objects inside them; valid values get into its columns."""
    document.by_kind[rows.kind].append(rows)
    cursor = Cursor(document, rows)
    names = check_members(rows, cursor)
    for field in TABLES[rows.kind]:
        rows.values[field.name] = read_column(field, rows, cursor, names)
    rule = check_meshopt if rows.kind == "meshopt" else RULES.get(rows.kind)
    if rule is not None:
        rule(rows, cursor)
    for field in TABLES[rows.kind]:
        if isinstance(field, Child):
            _walk_child(field, rows, document)
        elif isinstance(field, Children):
            _walk_children(field, rows, document)
    if rows.kind in AFTER_CHILDREN:
        AFTER_CHILDREN[rows.kind](rows, cursor)
    walk_extensions(rows, document, names)


def check_members(rows: Rows, cursor: Cursor) -> set[str]:
    """Return the names of all properties; those that do not belong there are issues."""
    names: set[str] = set().union(*rows.items)
    unknown = set() if rows.kind in OPEN else names - MEMBERS[rows.kind]
    if unknown:
        for cursor.row, item in enumerate(rows.items):
            for name in unknown & item.keys():
                cursor.add("UNEXPECTED_PROPERTY", name)
    return names


def _walk_child(field: Child, rows: Rows, document: Document) -> None:
    column = rows.values[field.name]
    owners = [row for row, value in enumerate(column) if value != -1]
    child = Rows(field.kind, [column[row] for row in owners], (field.name,), rows, owners)
    for number, row in enumerate(owners):
        column[row] = number
    rows.children[(field.name,)] = child
    if owners:
        walk(child, document)


def _walk_children(field: Children, rows: Rows, document: Document) -> None:
    column = rows.values[field.name]
    items: list[dict[str, Any]] = []
    owners: list[int] = []
    numbers: list[int] = []
    for row, value in enumerate(column):
        if value is not None:
            column[row] = range(len(items), len(items) + len(value))
            items += value
            owners += [row] * len(value)
            numbers += range(len(value))
    child = Rows(field.kind, items, (field.name,), rows, owners, numbers)
    rows.children[(field.name,)] = child
    if items:
        walk(child, document)


def walk_extensions(rows: Rows, document: Document, names: set[str]) -> None:
    """Check `extensions` and `extras` of all objects of a table, and the objects of known extensions."""
    cursor = Cursor(document, rows)
    rows.extension_counts = [0] * len(rows.items)
    if not names & EVERYWHERE:
        return
    found: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for cursor.row, item in enumerate(rows.items):
        extras = item.get("extras")
        if extras is not None and type(extras) is not dict:
            cursor.add("NON_OBJECT_EXTRAS", "extras")
        if "extensions" in item:
            _sort_extensions(item["extensions"], cursor, found)
    for name, objects in found.items():
        known = name in PLACES
        kind = (PLACES if known else MORE_PLACES)[name][rows.kind]
        items, owners = [item for _, item in objects], [row for row, _ in objects]
        child = Rows(kind, items, ("extensions", name), rows, owners)
        rows.children[("extensions", name)] = child
        inside = document if known else document.more
        if inside is not None:
            walk(child, inside)


def _sort_extensions(
    extensions: Any, cursor: Cursor, found: dict[str, list[tuple[int, dict[str, Any]]]]
) -> None:
    """Add the objects of one object's known extensions to those of the other objects."""
    if type(extensions) is not dict:
        cursor.add("TYPE_MISMATCH", "extensions", values=(extensions, "object"))
        return
    document, rows = cursor.document, cursor.rows
    for name, value in extensions.items():
        if type(value) is not dict:
            cursor.add("TYPE_MISMATCH", "extensions", name, values=(value, "object"))
        if name not in document.extensions_loaded:
            if name not in document.extensions_used:
                cursor.add("UNDECLARED_EXTENSION", "extensions", name)
            rows.extension_counts[cursor.row] += 1
            if rows.kind in MORE_PLACES.get(name, ()) and type(value) is dict:
                found.setdefault(name, []).append((cursor.row, value))
        elif rows.kind not in PLACES[name]:
            cursor.add("UNEXPECTED_EXTENSION_OBJECT", "extensions", name)
        else:
            if len(extensions) > 1 and name in ALONE:
                cursor.add("MULTIPLE_EXTENSIONS", "extensions", name)
            rows.extension_counts[cursor.row] += 1
            found.setdefault(name, []).append((cursor.row, value if type(value) is dict else {}))
