"""Show what `vitrine inspect` has found, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from cli.console import Console

if TYPE_CHECKING:
    from vitrine.inspect_model import ModelReport

STYLES = {"error": "red", "warning": "yellow", "info": "cyan", "hint": "dim"}
MAX_PLACES = 5
"""Places of one code that are shown."""


def fields_of(report: ModelReport) -> dict[str, Any]:
    """Return a report as an object for JSON."""
    fields = report.model_dump(mode="json", exclude={"readable"})
    for name in ("issues", "more_issues"):
        fields[name] = [_without_none(issue._asdict()) for issue in getattr(report, name)]
    fields["findings"] = [
        {name: found[name] for name in ("code", "severity", "message", "pointer")}
        for found in fields["findings"]
    ]
    return fields


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def sarif_of(reports: Iterable[ModelReport]) -> dict[str, Any]:
    """Return the issues and findings of all files as one run of SARIF 2.1.0."""
    from vitrine.findings.sarif import FileFinding, to_sarif

    found: list[FileFinding] = []
    for report in reports:
        for issue in (*report.issues, *report.more_issues):
            place = (issue.pointer, issue.offset)
            found.append(FileFinding(report.path, issue.code, issue.severity, issue.message, *place))
        found += [
            FileFinding(report.path, each.code, each.severity, each.message, each.pointer)
            for each in report.findings
        ]
    return to_sarif(found, version("vitrine"))


def show(console: Console, report: ModelReport) -> None:
    """Print a report: the verdict, what is in the file, and what was found, by severity and code."""
    console.print(f"{escape(report.path)}: {_verdict(report)}", highlight=False)
    for key, value in report.stats.items():
        console.print(f"  {key.replace('_', ' ')}: {escape(_plain(value))}", highlight=False)
    for severity, style in STYLES.items():
        for line in _lines(report, severity):
            console.print(f"  [{style}]{severity}[/] {escape(line)}", highlight=False)


def _verdict(report: ModelReport) -> str:
    verdict = "[green]valid[/]" if report.valid else "[red]invalid[/]"
    if report.valid == report.usable:
        return verdict
    can = "can" if report.usable else "cannot"
    return f"{verdict}, but Vitrine {can} work with it"


def _lines(report: ModelReport, severity: str) -> Iterator[str]:
    """Yield a line for each finding; the same code at several places is one line."""
    places: dict[tuple[str, str], list[str]] = {}
    for issue in (*report.issues, *report.more_issues):
        if issue.severity == severity:
            place = f"byte {issue.offset}" if issue.offset is not None else issue.pointer
            places.setdefault((issue.code, issue.message), []).append(place)
    for found in report.findings:
        if found.severity == severity:
            places.setdefault((found.code, found.message), []).append(found.pointer)
    for (code, message), named in places.items():
        shown = ", ".join(place for place in named[:MAX_PLACES] if place)
        more = f" and {len(named) - MAX_PLACES} more" if len(named) > MAX_PLACES else ""
        yield f"{code}: {message}{f' at {shown}' if shown else ''}{more}"


def _plain(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(_plain(item) for item in value) or "none"
    return str(value)
