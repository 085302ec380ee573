"""Split the text of a JSON feed into values: lines, pretty-printed objects, or one array."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

SPACE = " \t\r\n,"


@dataclass(frozen=True, slots=True)
class JsonItem:
    """A value and its first line, or what is wrong with that line."""

    line: int
    value: object = None
    error: str = ""


def json_values(text: str) -> Iterator[JsonItem]:
    """Yield each value of JSON Lines, of values over several lines, or of one array.

    Commas between values are skipped. Where a value is broken, the next line starts a new one.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_no_repeated_fields)
    at = len(text) - len(text.lstrip())
    in_array = _opens_an_array_of_objects(text, at)
    at += in_array
    line, counted = 1, 0
    while True:
        while at < len(text) and text[at] in SPACE:
            at += 1
        if at >= len(text) or (in_array and not text[at:].strip("] \t\r\n")):
            return
        line += text.count("\n", counted, at)
        counted = at
        try:
            value, end = _value(decoder, text, at)
        except (ValueError, RecursionError) as error:
            message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            yield JsonItem(line, error=message)
            newline = text.find("\n", at)
            at = len(text) if newline < 0 else newline + 1
            continue
        yield JsonItem(line, value)
        at = end


def _value(decoder: json.JSONDecoder, text: str, at: int) -> tuple[object, int]:
    value: object
    value, end = decoder.raw_decode(text, at)
    if isinstance(value, dict | list) or text[end : end + 1] in ("", *SPACE, "]"):
        return value, end
    raise ValueError(f"{text[at : end + 10]!r} is not JSON")


def _opens_an_array_of_objects(text: str, at: int) -> bool:
    """Whether the text is one array, and not lines of which the first is an array."""
    if text[at : at + 1] != "[":
        return False
    return text[at + 1 :].lstrip()[:1] in ("{", "]")


def _no_repeated_fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        values = ", ".join(repr(value) for name, value in pairs if name == repeated[0])
        raise ValueError(f"field {repeated[0]!r} occurs twice ({values})"[:200])
    return fields
