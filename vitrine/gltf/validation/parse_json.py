"""The text of a glTF document -> JSON object (RFC 8259, UTF-8 without a byte order mark)."""

from __future__ import annotations

import json
from typing import Any

from vitrine.gltf.container import BYTE_ORDER_MARK
from vitrine.gltf.validation.issue import Issues

MAX_DEPTH = "its arrays and objects are nested too deeply"


def parse_json(text: memoryview, issues: Issues) -> dict[str, Any] | None:
    """Return the document, or `None` with an issue when the text is no JSON object.

    A byte order mark is an issue, and is read over. Of a property that occurs twice, the last one counts.
    """
    data = bytes(text)
    if data.startswith(BYTE_ORDER_MARK):
        issues.add("INVALID_JSON", "", "it starts with a byte order mark")
        data = data.removeprefix(BYTE_ORDER_MARK)
    try:
        document = json.loads(data.decode("utf-8"), parse_constant=_no_constant, parse_int=_integer)
    except RecursionError:
        issues.add("INVALID_JSON", "", MAX_DEPTH)
        return None
    except ValueError as error:
        issues.add("INVALID_JSON", "", str(error))
        return None
    if not isinstance(document, dict):
        issues.add("TYPE_MISMATCH", "", document, "object")
        return None
    return document


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int | float:
    """Return an integer; one of more than 300 digits as a number, like every parser of doubles does."""
    return int(text) if len(text) < 300 else float(text)
