"""Whether a destination accepts a file, as data."""

from __future__ import annotations

from typing import Literal

from vitrine.record import Record


class Verdict(Record):
    """One limit: what was measured, and whether it holds."""

    measure: str
    answer: Literal["pass", "fail", "not tested"]
    measured: bool | int | float | str | tuple[str, ...] | None = None
    """`None` where it is not tested"""
    limit: str
    """In words: `at most 5,000,000`"""
    required: bool
    """The destination refuses a file that misses it; else it is a recommendation."""


class DestinationVerdict(Record):
    """A file against all limits of one destination."""

    destination: str
    name: str
    role: str = ""
    """Of the file"""
    answer: Literal["pass", "fail", "not tested"]
    """`fail` when a required limit fails"""
    checks: tuple[Verdict, ...]
    source: str
    url: str
    date: str
    official: bool

    @property
    def missed(self) -> tuple[Verdict, ...]:
        """The limits that fail, required ones and recommendations."""
        return tuple(check for check in self.checks if check.answer == "fail")

    @property
    def untested(self) -> tuple[str, ...]:
        """The measures that were not tested."""
        return tuple(check.measure for check in self.checks if check.answer == "not tested")
