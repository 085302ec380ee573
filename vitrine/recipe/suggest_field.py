"""Suggest the field that somebody meant who wrote an unknown one."""

from __future__ import annotations

from difflib import get_close_matches

from pydantic_core import ErrorDetails

from vitrine.record import Record


def suggest_field(record: type[Record], fault: ErrorDetails) -> str:
    """Return `; did you mean resolution?` for an unknown field of a record, or an empty text.

    The field may have a name like it, or be in another part: `; did you mean generation.resolution?`.
    """
    if fault["type"] != "extra_forbidden":
        return ""
    *path, name = (str(part) for part in fault["loc"] if not isinstance(part, int))
    fields = _fields_of(record)
    here = [field.rpartition(".")[2] for field in fields if field.split(".")[:-1] == path]
    near = get_close_matches(name, here, n=1)
    elsewhere = [field for field in fields if field.rpartition(".")[2] == name]
    guess = near or elsewhere
    return f"; did you mean {guess[0]}?" if guess else ""


def _fields_of(record: type[Record], prefix: str = "") -> list[str]:
    """Return the path of each field and of those of its parts, as `generation.resolution`."""
    names = []
    for name, field in record.model_fields.items():
        names.append(prefix + name)
        default = field.default[0] if isinstance(field.default, tuple) and field.default else field.default
        if isinstance(default, Record):
            names += _fields_of(type(default), f"{prefix}{name}.")
    return names
