"""`vitrine inspect`: is this model file valid, and what is in it?"""

from __future__ import annotations

import json
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from vitrine.errors import ModelError
from vitrine.findings import finding
from vitrine.models import Finding


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
) -> None:
    """Check model files and print what is in them. Exits with 1 if any is invalid."""
    console = Console(soft_wrap=True)
    reports: list[dict[str, Any]] = []
    for path in models:
        report = _report(path)
        reports.append(report)
        if output is Format.jsonl:
            print(json.dumps(report), flush=True)
        elif output is Format.text:
            _show(console, report)
    if output is Format.json:
        print(json.dumps(reports, indent=2))
    if not all(report["valid"] for report in reports):
        raise typer.Exit(1)


def _report(path: Path) -> dict[str, Any]:
    from vitrine.geometry.solid_stats import solid_stats
    from vitrine.gltf import read_glb, validate_glb
    from vitrine.importers.import_model import import_glb

    try:
        size_bytes = path.stat().st_size
        imported = import_glb(path)
    except OSError as error:
        return _unreadable(path, f"{path}: {error.strerror or error}")
    except ModelError as error:
        return _unreadable(path, str(error))
    report = validate_glb(imported.glb)
    stats: dict[str, Any] = {**report.stats, "size_bytes": size_bytes}
    if report.valid:
        stats |= asdict(solid_stats(read_glb(imported.glb)))
    findings = [_fields(found) for found in (*imported.findings, *report.findings)]
    return {"path": str(path), "valid": report.valid, "findings": findings, "stats": stats}


def _unreadable(path: Path, message: str) -> dict[str, Any]:
    found = finding("FILE_UNREADABLE", message)
    return {"path": str(path), "valid": False, "findings": [_fields(found)], "stats": {}}


def _fields(found: Finding) -> dict[str, str]:
    return {
        "code": found.code,
        "severity": found.severity,
        "message": found.message,
        "pointer": found.pointer,
    }


def _show(console: Console, report: dict[str, Any]) -> None:
    verdict = "[green]valid[/]" if report["valid"] else "[red]invalid[/]"
    console.print(f"{escape(report['path'])}: {verdict}", highlight=False)
    for key, value in report["stats"].items():
        console.print(f"  {key.replace('_', ' ')}: {escape(_plain(value))}", highlight=False)
    for found in report["findings"]:
        where = f" at {found['pointer']}" if found["pointer"] else ""
        line = f"{found['severity']} {found['code']}: {found['message']}{where}"
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
