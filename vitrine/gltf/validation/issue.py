"""Issues: what breaks a rule of glTF 2.0, and where."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from vitrine.errors import LimitExceeded
from vitrine.findings import CODES
from vitrine.models import Severity

MAX_ISSUES = 20_000
"""Issues of each severity that are kept of a file; a valid file has few, whatever its size."""
MAX_SHOWN = 120
"""Characters of a value that a message shows."""


class Issue(NamedTuple):
    """One broken rule at one place."""

    code: str
    severity: Severity
    pointer: str
    """JSON pointer (RFC 6901), `/` for the document itself; empty for the container and the JSON's text"""
    message: str
    offset: int | None = None
    """Byte of the GLB, for rules of the container"""


class Issues:
    """The issues of a file: one for each code and place, in the order in which they are found.

    At most `MAX_ISSUES` of each severity are kept.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, int | None], Issue] = {}
        self._counts: Counter[Severity] = Counter()
        self.truncated = False
        """Whether there are more issues than are kept"""

    def add(self, code: str, pointer: str, *values: Any, offset: int | None = None) -> None:
        """Add an issue, unless that code is there for that place already.

        `values` fill the template of the code's message. Raises `KeyError` for a code outside the table.
        """
        key = (code, pointer, offset)
        if key in self._found:
            return
        row = CODES[code]
        severity = row.severities[0]
        if self._counts[severity] >= MAX_ISSUES:
            self.truncated = True
            return
        self._counts[severity] += 1
        message = row.message.format(*map(_shown, values))
        self._found[key] = Issue(code, severity, pointer, message, offset)

    def refuse(self, error: LimitExceeded) -> None:
        """Add that the file was not checked any further."""
        issue = Issue("LIMIT_EXCEEDED", "error", "", str(error))
        self._found[issue.code, issue.pointer, None] = issue

    def all(self) -> tuple[Issue, ...]:
        """Return the issues found so far."""
        return tuple(self._found.values())


def join_pointer(base: str, *tokens: str | int) -> str:
    """Return a JSON pointer with more reference tokens; `~` and `/` in them are escaped."""
    for token in tokens:
        base = f"{base}/{escape_token(token)}"
    return base or "/"


def escape_token(token: str | int) -> str:
    """Return a reference token of a JSON pointer (RFC 6901, section 3)."""
    text = str(token)
    return text.replace("~", "~0").replace("/", "~1") if "~" in text or "/" in text else text


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.7g}"
    if isinstance(value, str):
        text = repr(value[:MAX_SHOWN])
    elif isinstance(value, list | tuple | set | frozenset | dict):
        text = _joined(value)
    elif isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 128:
        text = f"an integer of {value.bit_length()} bits"
    else:
        text = json.dumps(value) if value is None or isinstance(value, bool) else str(value)
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "…"


def _joined(values: Iterable[Any]) -> str:
    if isinstance(values, dict):
        return f"an object of {len(values)} properties"
    parts = [_shown(value) for value, _ in zip(values, range(8), strict=False)]
    return ", ".join(parts)
