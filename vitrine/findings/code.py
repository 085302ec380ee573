"""A row of the table of finding codes."""

from __future__ import annotations

from vitrine.models import Severity
from vitrine.record import Record


class Code(Record):
    """One row of the table."""

    subject: str
    """What it is about: the feed, the photo, the purchase, the file, the repair, the levels, the match."""
    severities: tuple[Severity, ...]
    """Its severity, and any other that the check may choose by what it measures."""
    meaning: str
    action: str
    """What to do about it."""
    message: str = ""
    """The template of its message, where the table has it; the values are `{0}`, `{1}`, …"""


def rows(subject: str, table: dict[str, tuple[Severity, str, str]]) -> dict[str, Code]:
    """Return the codes of one subject by name, from (severity, meaning, what to do)."""
    return {
        code: Code(subject=subject, severities=(severity,), meaning=meaning, action=action)
        for code, (severity, meaning, action) in table.items()
    }


NOTHING = "nothing to do"
