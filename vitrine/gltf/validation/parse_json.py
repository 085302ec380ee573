"""The text of a glTF document -> JSON object (RFC 8259, UTF-8 without a byte order mark)."""

from __future__ import annotations

import json
import re
from typing import Any

from vitrine.gltf.container import BYTE_ORDER_MARK
from vitrine.gltf.validation.issue import Issues

TOO_DEEP = "its arrays and objects are nested too deeply"
MAX_DIGITS = 300
"""More digits than any number of 64 bits has; Python refuses integers of 4,300 digits."""
LONG_INTEGER = re.compile(rb"[0-9]{%d}" % MAX_DIGITS)


def parse_json(text: memoryview, issues: Issues) -> dict[str, Any] | None:
    """Return the document, or `None` with an issue when the text is no JSON object.

    A byte order mark is an issue, and is read over. Of a property that occurs twice, the last one counts.
    """
    data = bytes(text)
    if data.startswith(BYTE_ORDER_MARK):
        issues.add("INVALID_JSON", "", "it starts with a byte order mark")
        data = data.removeprefix(BYTE_ORDER_MARK)
    try:
        parse_int = _integer if LONG_INTEGER.search(data) else None
        document = json.loads(data.decode("utf-8"), parse_constant=_no_constant, parse_int=parse_int)
    except RecursionError:
        issues.add("INVALID_JSON", "", TOO_DEEP)
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
    """Return an integer; a very long one as a number, like every parser of doubles does."""
    return int(text) if len(text) < MAX_DIGITS else float(text)
