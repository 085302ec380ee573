"""The verdicts of destinations as a table."""

from __future__ import annotations

from vitrine.destinations.words import describe_missed
from vitrine.models.verdict import DestinationVerdict
from vitrine.reports.markdown import table

COLUMNS = ("destination", "verdict", "file", "limits missed or not tested")


def verdicts_table(verdicts: tuple[DestinationVerdict, ...]) -> str:
    """Return a row for each destination, or a sentence where none was checked."""
    if not verdicts:
        return "No destination was checked."
    rows: list[tuple[str, ...]] = [
        (verdict.name, verdict.answer, verdict.role, describe_missed(verdict)) for verdict in verdicts
    ]
    return table(COLUMNS, rows)
