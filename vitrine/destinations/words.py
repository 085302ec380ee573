"""Verdicts in words, for the command line, reports and pages."""

from __future__ import annotations

from vitrine.models.verdict import DestinationVerdict, Verdict


def describe_check(check: Verdict) -> str:
    """Return one line: `fail: size_bytes is 6,120,000, the limit is at most 5,000,000`."""
    answer = check.answer if check.required or check.answer != "fail" else "recommended"
    return f"{answer}: {check.measure} is {describe_value(check.measured)}, the limit is {check.limit}"


def describe_missed(verdict: DestinationVerdict) -> str:
    """Return what fails and what is not tested, in one line; empty where all limits hold."""
    parts = [describe_check(check) for check in verdict.missed]
    if verdict.untested:
        parts.append(f"not tested: {', '.join(verdict.untested)}")
    return "; ".join(parts)


def describe_value(value: bool | int | float | str | tuple[str, ...] | None) -> str:
    """Return a measured value: `yes`, `12,345`, `0.25`, `jpeg, png` or `none`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return value or "none"
