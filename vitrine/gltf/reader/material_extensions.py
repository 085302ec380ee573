"""Material extensions with values that later steps can work with: numbers in their ranges, texture infos."""

from __future__ import annotations

from typing import Any

from vitrine.findings import finding
from vitrine.gltf.reader.buffers import ReaderContext
from vitrine.gltf.validation.schema.extensions import EXTENSION_OBJECTS
from vitrine.gltf.validation.schema.fields import Child, Field, Number, Numbers, is_number


def checked_extensions(context: ReaderContext, data: Any, index: int) -> dict[str, Any]:
    """Return the `KHR_materials_…` of a material, without what is broken in them, which is a finding each.

    A number outside of its range becomes the nearest in it; a value of another type is left out, so that its
    default counts. Extensions whose properties are not known here are kept as they are, if they are objects.
    """
    checked = {}
    for name, value in data.items() if isinstance(data, dict) else ():
        pointer = f"/materials/{index}/extensions/{name}"
        if not name.startswith("KHR_materials_"):
            continue
        if not isinstance(value, dict):
            _report(context, pointer, value, "is no object; the extension is left out")
            continue
        fields = {field.name: field for field in EXTENSION_OBJECTS.get(name, ())}
        checked[name] = {
            key: good
            for key, item in value.items()
            if (good := _checked(context, fields.get(key), item, f"{pointer}/{key}")) is not None
        }
    return checked


def _checked(context: ReaderContext, field: Field | None, value: Any, pointer: str) -> Any:
    """Return a value that is as its field wants it; `None` for one that is left out."""
    match field:
        case Number():
            if not _is_finite(value) or (value != field.special and value <= field.above):
                return _report(context, pointer, value, "is left out")
            return value if value == field.special else _clamped(context, field, value, pointer)
        case Numbers():
            right = isinstance(value, list) and (not field.length or len(value) == field.length)
            if not right or not all(map(_is_finite, value)):
                return _report(context, pointer, value, "is left out")
            return [_clamped(context, field, item, pointer) for item in value]
        case Child() if not isinstance(value, dict) or type(value.get("index")) is not int:
            return _report(context, pointer, value, "is left out")
        case Child() if not _is_finite(value.get("scale", 1)):
            _report(context, f"{pointer}/scale", value["scale"], "is left out")
            return {key: item for key, item in value.items() if key != "scale"}
        case _:
            return value


def _is_finite(value: Any) -> bool:
    return is_number(value) and abs(value) < 1e30  # what float32 squares


def _clamped(context: ReaderContext, field: Number | Numbers, value: float, pointer: str) -> float:
    inside = min(max(value, field.minimum), field.maximum)
    if inside != value:
        _report(context, pointer, value, f"is out of range, and read as {inside:g}")
    return inside


def _report(context: ReaderContext, pointer: str, value: Any, what: str) -> None:
    message = f"{pointer.lstrip('/')}: {str(value)[:40]!r} {what}"
    context.report(finding("EXTENSION_VALUE_IGNORED", message, pointer=pointer))
