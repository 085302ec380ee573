"""Split the text of a JSON feed into values: lines, objects over several, one array, or one large object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

SPACE = " \t\r\n,"
MAX_VALUE = 4_000_000
"""Characters of a value that is read as a whole; a larger one is read member by member."""
NEAR_END = 16
"""The decoder complains so near to the end of a text where a value only goes on behind it."""


@dataclass(frozen=True, slots=True)
class JsonItem:
    """A value and its first line, or what is wrong with that line."""

    line: int
    value: object = None
    error: str = ""
    name: str = ""
    """Of the list that it is in, where that list is too large to be read as a whole, and its number there."""


def json_values(pieces: Iterable[str], max_value: int = MAX_VALUE) -> Iterator[JsonItem]:
    """Yield each value of JSON Lines, of values over several lines, or of one array.

    Commas between values are skipped. Where a value is broken, the next line starts a new one. Of an object
    over `max_value` characters the objects in its lists are yielded, also in lists of its members that are so
    large; other members are skipped.
    """
    text = _Text(pieces)
    in_array = text.peek() == "[" and text.peek(1) in ("{", "]")
    text.at += in_array
    while char := text.peek():
        if char == "]" and in_array:
            text.at += 1
            continue
        yield from _value_or_error(text, max_value)


class _Text:
    """Text that comes in pieces; what was read is dropped."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._line, self._counted = 1, 0
        self.text = ""
        self.at = 0
        self.ended = False
        self.decoder = json.JSONDecoder(object_pairs_hook=_no_repeated_fields)

    @property
    def line(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def more(self) -> bool:
        """Append as much as there is, at least one piece; tell whether there was one."""
        _ = self.line
        parts = [self.text[self.at :]]
        self._counted = self.at = 0
        size, wanted = 0, max(1, len(parts[0]))
        for piece in self._pieces:
            parts.append(piece)
            size += len(piece)
            if size >= wanted:
                break
        else:
            self.ended = True
        self.text = "".join(parts)
        return size > 0

    def peek(self, further: int = 0) -> str:
        """Return the next character that is no space, or the one `further` such; empty at the end.

        Without `further`, space before it is dropped.
        """
        while True:
            rest = self.text[self.at : self.at + 4096].lstrip(SPACE)
            if not rest and self.at < len(self.text):
                self.at = min(self.at + 4096, len(self.text))
                continue
            if rest:
                self.at += len(self.text[self.at : self.at + 4096]) - len(rest)
                break
            if not self.more():
                return ""
        while True:
            behind = self.text[self.at + 1 : self.at + 4096].lstrip(SPACE) if further else ""
            if not further or behind or not self.more():
                return behind[:1] if further else self.text[self.at]

    def next_line(self) -> None:
        """Go behind the next end of a line."""
        while (found := self.text.find("\n", self.at)) < 0:
            self.at = len(self.text)
            if not self.more():
                return
        self.at = found + 1

    def decode(self, max_value: int) -> object:
        """Return the value here and go behind it. Raises `ValueError`, `RecursionError`, or `_TooLarge`."""
        while True:
            try:
                value, end = self.decoder.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                if self.ended or not self._goes_on(error):
                    raise
            else:
                whole = isinstance(value, dict | list | str)
                if whole or end < len(self.text) or self.ended:
                    break
            if len(self.text) - self.at > max_value and self.text[self.at] in "{[":
                raise _TooLarge
            self.more()
        if not isinstance(value, dict | list) and self.text[end : end + 1] not in ("", *SPACE, "]", "}", ":"):
            raise ValueError(f"{self.text[self.at : end + 10]!r} is not JSON")
        self.at = end
        return value

    def _goes_on(self, error: json.JSONDecodeError) -> bool:
        """Whether a value is not broken, but has its end in a later piece."""
        return error.pos >= len(self.text) - NEAR_END or error.msg.startswith("Unterminated string")


class _TooLarge(Exception):
    """A value is larger than what is read as a whole."""


def _value_or_error(text: _Text, max_value: int, name: str = "") -> Iterator[JsonItem]:
    line = text.line
    try:
        yield JsonItem(line, text.decode(max_value), name=name)
    except _TooLarge:
        try:
            yield from _members(text, max_value, name)
        except (ValueError, RecursionError) as error:
            yield JsonItem(text.line, error=f"{_message(error)}; the rest is not read")
            while text.more():
                text.at = len(text.text)
            text.at = len(text.text)
    except (ValueError, RecursionError) as error:
        yield JsonItem(line, error=_message(error), name=name)
        text.next_line()


def _members(text: _Text, max_value: int, name: str) -> Iterator[JsonItem]:
    """Yield the objects in the lists of a large object, or in a large list."""
    opening = text.text[text.at]
    text.at += 1
    if opening == "[":
        number = 0
        while (char := text.peek()) not in ("]", ""):
            if char in "{[":
                yield from _value_or_error(text, max_value, f"{name}/{number}".lstrip("/"))
            else:
                text.decode(max_value)
            number += 1
        text.at += 1
        return
    while (char := text.peek()) not in ("}", ""):
        key = text.decode(max_value)
        if text.peek() != ":":
            raise ValueError(f"field {key!r} has no value")
        text.at += 1
        inner = f"{name}/{key}".lstrip("/")
        if text.peek() == "[" and text.peek(1) == "{":
            yield from _members(text, max_value, inner)
            continue
        try:
            text.decode(max_value)
        except _TooLarge:
            yield from _members(text, max_value, inner)
    text.at += 1


def _message(error: ValueError | RecursionError) -> str:
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)


def _no_repeated_fields(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = sorted({name for name in names if names.count(name) > 1})
        values = ", ".join(repr(value) for name, value in pairs if name == repeated[0])
        raise ValueError(f"field {repeated[0]!r} occurs twice ({values})"[:200])
    return fields
