"""`vitrine inspect`: is this model file valid, and what is in it?"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import Console

if TYPE_CHECKING:
    from vitrine.inspect_model import ModelReport


class Format(StrEnum):
    """How `vitrine inspect` writes its report."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    sarif = "sarif"


def inspect(
    models: Annotated[list[Path], typer.Argument(help=".glb, .gltf, .obj, .ply, .stl, .3mf or .zip.")],
    output: Annotated[
        Format,
        typer.Option(
            "--format",
            help="text for people; json one list; jsonl one object a file; sarif for code scanning.",
        ),
    ] = Format.text,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Check model files against glTF 2.0, and print what is in them.

    Exits with 1 if any is invalid, and with 2 if any cannot be read.
    """
    from vitrine.isolation import start_worker

    start_worker("vitrine.inspect_model")  # while this process imports what it needs
    from cli.model_report import fields_of, sarif_of, show

    console = Console(soft_wrap=True)
    output = Format.json if as_json else output
    reports: list[ModelReport] = []
    for path in models:
        report = _inspect(path)
        reports.append(report)
        if output is Format.jsonl:
            print(json.dumps(fields_of(report)), flush=True)
        elif output is Format.text:
            show(console, report)
    if output is Format.json:
        print(json.dumps([fields_of(report) for report in reports], indent=2))
    if output is Format.sarif:
        print(json.dumps(sarif_of(reports), indent=2))
    if not all(report.readable for report in reports):
        raise typer.Exit(2)
    if not all(report.valid for report in reports):
        raise typer.Exit(1)


def _inspect(path: Path) -> ModelReport:
    """Return the report of a worker process; one that it does not survive cannot be read."""
    from vitrine.errors import StoppedInWorker
    from vitrine.inspect_model import ModelReport, inspect
    from vitrine.isolation import run_isolated
    from vitrine.recipe import ProcessLimits

    try:
        return run_isolated(ProcessLimits(), inspect, path)
    except StoppedInWorker as error:
        return ModelReport.unreadable(path, str(error))
