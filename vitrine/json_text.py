"""JSON from elsewhere: `json.loads`, with one error for everything that is not readable."""

from __future__ import annotations

import json
from typing import Any


def parse_json(text: str | bytes, **options: Any) -> Any:
    """Return the value of a JSON text; `options` are those of `json.loads`.

    Raises `ValueError`, also where arrays and objects are nested deeper than Python's parser goes: about a
    thousand levels (https://docs.python.org/3/library/json.html#implementation-limitations).
    """
    try:
        return json.loads(text, **options)
    except RecursionError:
        raise ValueError("its arrays and objects are nested too deep") from None
