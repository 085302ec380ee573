"""`vitrine inspect`: is this model file valid, and what is in it?"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from cli.console import Console

if TYPE_CHECKING:
    from vitrine.inspect_model import ModelReport


class Format(StrEnum):
    """How `vitrine inspect` writes its report."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


def inspect(
    models: Annotated[list[Path], typer.Argument(help=".glb, .gltf, .obj, .ply, .stl, .3mf or .zip.")],
    output: Annotated[
        Format, typer.Option("--format", help="text for people; json one list; jsonl one object a file.")
    ] = Format.text,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Check model files and print what is in them.

    Exits with 1 if any is invalid, and with 2 if any cannot be read.
    """
    from vitrine.inspect_model import inspect as inspect_model

    console = Console(soft_wrap=True)
    output = Format.json if as_json else output
    reports: list[ModelReport] = []
    for path in models:
        report = inspect_model(path)
        reports.append(report)
        if output is Format.jsonl:
            print(json.dumps(_fields(report)), flush=True)
        elif output is Format.text:
            _show(console, report)
    if output is Format.json:
        print(json.dumps([_fields(report) for report in reports], indent=2))
    if not all(report.readable for report in reports):
        raise typer.Exit(2)
    if not all(report.valid for report in reports):
        raise typer.Exit(1)


def _fields(report: ModelReport) -> dict[str, Any]:
    fields = report.model_dump(mode="json", exclude={"readable"})
    fields["issues"] = [_without_none(issue._asdict()) for issue in report.issues]
    fields["findings"] = [
        {name: found[name] for name in ("code", "severity", "message", "pointer")}
        for found in fields["findings"]
    ]
    return fields


def _without_none(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _show(console: Console, report: ModelReport) -> None:
    verdict = "[green]valid[/]" if report.valid else "[red]invalid[/]"
    console.print(f"{escape(report.path)}: {verdict}", highlight=False)
    for key, value in report.stats.items():
        console.print(f"  {key.replace('_', ' ')}: {escape(_plain(value))}", highlight=False)
    for issue in report.issues:
        place = f"byte {issue.offset}" if issue.offset is not None else issue.pointer
        line = f"{issue.severity} {issue.code}: {issue.message}{f' at {place}' if place else ''}"
        console.print(f"  {escape(line)}", highlight=False)
    for found in report.findings:
        where = f" at {found.pointer}" if found.pointer else ""
        line = f"{found.severity} {found.code}: {found.message}{where}"
        console.print(f"  {escape(line)}", highlight=False)


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
