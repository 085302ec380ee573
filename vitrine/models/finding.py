"""One result of a check, as data."""

from __future__ import annotations

from typing import Literal

from vitrine.record import Record

Severity = Literal["error", "warning", "info", "hint"]


class Finding(Record):
    """One result of a check, as data. `vitrine.findings` lists the codes."""

    code: str
    severity: Severity
    message: str
    pointer: str = ""
    """Position: a JSON pointer into a glTF, `file:line` of a feed, or empty."""
    measured: float | None = None
    limit: float | None = None
