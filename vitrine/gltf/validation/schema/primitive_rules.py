"""Meshes, primitives, and the names of their attributes (glTF 2.0 section 3.7.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from vitrine.gltf.validation.rows import Cursor, Rows
from vitrine.gltf.validation.schema.fields import as_integer

SINGLE = ("POSITION", "NORMAL", "TANGENT")
INDEXED = ("COLOR", "JOINTS", "TEXCOORD", "WEIGHTS")
MORPHED = ("COLOR", "TEXCOORD")


@dataclass(slots=True)
class AttributeNames:
    """Which attributes a primitive has."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(INDEXED, 0))
    """How many sets of each indexed semantic; 0 where their numbers have gaps"""
    has_normal: bool = False
    has_tangent: bool = False


def set_number(text: str) -> int:
    """Return the number of `TEXCOORD_0` from its text `0`; -1 unless it is decimal without leading zeros."""
    if not text or (len(text) > 1 and text[0] == "0") or not (text.isascii() and text.isdigit()):
        return -1
    return int(text[:18])


def check_primitives(rows: Rows, cursor: Cursor) -> None:
    """Read attributes and morph targets: names and indices."""
    count = len(rows)
    rows.values |= {"attributes": [None] * count, "targets": [None] * count, "names": [None] * count}
    for cursor.row, item in enumerate(rows.items):
        row = cursor.row
        attributes = _read_attributes(item, cursor)
        names = AttributeNames()
        if attributes is not None:
            names = _check_names(attributes, cursor)
        rows.values["attributes"][row] = attributes
        rows.values["names"][row] = names
        if "targets" in item:
            rows.values["targets"][row] = _read_targets(item["targets"], cursor)


def _read_attributes(item: dict[str, Any], cursor: Cursor) -> dict[str, int] | None:
    value = item.get("attributes")
    if type(value) is not dict:
        if "attributes" in item:
            cursor.add("TYPE_MISMATCH", "attributes", values=(value, "object"))
        if value is None:
            cursor.add("UNDEFINED_PROPERTY", values=("attributes",))
        return None
    if not value:
        cursor.add("EMPTY_ENTITY", "attributes")
        return None
    return _read_indices(value, ("attributes",), _is_attribute, cursor)


def _read_indices(
    value: dict[str, Any], path: tuple[str | int, ...], is_known: Callable[[str], bool], cursor: Cursor
) -> dict[str, int]:
    """Return the accessor of each attribute, -1 where its index is wrong."""
    found = {}
    for name, item in value.items():
        if not name.startswith("_") and not is_known(name):
            cursor.add("MESH_PRIMITIVE_INVALID_ATTRIBUTE", *path, name)
        index = as_integer(item)
        if index is None or index < 0:
            cursor.add("INVALID_INDEX", *path, name)
            index = -1
        found[name] = index
    return found


def _is_attribute(name: str) -> bool:
    return name in SINGLE or _is_indexed(name, INDEXED)


def _is_morphed(name: str) -> bool:
    return name in SINGLE or _is_indexed(name, MORPHED)


def _is_indexed(name: str, semantics: tuple[str, ...]) -> bool:
    semantic, _, number = name.partition("_")
    return semantic in semantics and set_number(number) != -1


def _check_names(attributes: dict[str, int], cursor: Cursor) -> AttributeNames:
    names = AttributeNames(has_normal="NORMAL" in attributes, has_tangent="TANGENT" in attributes)
    if "POSITION" not in attributes:
        cursor.add("MESH_PRIMITIVE_NO_POSITION", "attributes")
    if names.has_tangent and not names.has_normal:
        cursor.add("MESH_PRIMITIVE_TANGENT_WITHOUT_NORMAL", "attributes", "TANGENT")
    for semantic in INDEXED:
        numbers = [
            set_number(name.partition("_")[2]) for name in attributes if _is_indexed(name, (semantic,))
        ]
        highest = max(numbers, default=-1)
        if highest + 1 == len(numbers):
            names.counts[semantic] = len(numbers)
        else:
            values = (semantic, highest + 1, len(numbers))
            cursor.add("MESH_PRIMITIVE_INDEXED_SEMANTIC_CONTINUITY", "attributes", values=values)
    joints, weights = names.counts["JOINTS"], names.counts["WEIGHTS"]
    if joints != weights:
        cursor.add("MESH_PRIMITIVE_JOINTS_WEIGHTS_MISMATCH", "attributes", values=(joints, weights))
        names.counts |= {"JOINTS": 0, "WEIGHTS": 0}
    return names


def _read_targets(value: Any, cursor: Cursor) -> list[dict[str, int]] | None:
    if type(value) is not list:
        cursor.add("TYPE_MISMATCH", "targets", values=(value, "array"))
        return None
    if not value:
        cursor.add("EMPTY_ENTITY", "targets")
        return None
    found: list[dict[str, int]] = []
    for number, target in enumerate(value):
        if type(target) is not dict:
            cursor.add("ARRAY_TYPE_MISMATCH", "targets", values=(target, "object"))
        elif not target:
            cursor.add("EMPTY_ENTITY", "targets", number)
        else:
            found.append(_read_indices(target, ("targets", number), _is_morphed, cursor))
    return found if len(found) == len(value) else None


def check_meshes(rows: Rows, cursor: Cursor) -> None:
    """All primitives of a mesh have as many morph targets as the mesh has weights."""
    primitives = rows.children.get(("primitives",))
    for cursor.row, numbers in enumerate(rows.values["primitives"]):
        if numbers is None or primitives is None:
            continue
        counts = [len(primitives.values["targets"][number] or ()) for number in numbers]
        for number, count in zip(numbers, counts, strict=True):
            if count != counts[0]:
                end = ("targets",) if count else ()
                pointer = primitives.pointer(number, *end)
                cursor.document.issues.add("MESH_PRIMITIVES_UNEQUAL_TARGETS_COUNT", pointer)
        weights = rows.values["weights"][cursor.row]
        if weights is not None and len(weights) != counts[0]:
            values = (len(weights), counts[0])
            cursor.add("MESH_INVALID_WEIGHTS_COUNT", "weights", values=values)
