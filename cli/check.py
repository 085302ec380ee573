"""`vitrine check`: do shops and viewers accept this model file?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from cli.exit_codes import ExitCode
from vitrine.errors import VitrineError

if TYPE_CHECKING:
    from vitrine.destinations.limits import Destination
    from vitrine.models.verdict import DestinationVerdict


def check(
    models: Annotated[list[Path], typer.Argument(help=".glb, .usdz, or what `vitrine inspect` reads.")],
    destinations: Annotated[
        str,
        typer.Option(
            "--for",
            help="Destinations, with commas between: khronos, shopify, google, apple, amazon, or one of "
            "theirs such as google-ads. By default all.",
        ),
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one list of files with verdicts.")] = False,
) -> None:
    """Check model files against the limits of shops and viewers.

    Exits with 1 if any destination would refuse a file, and with 2 if any file cannot be read.
    """
    from vitrine.isolation import start_worker

    start_worker("vitrine.destinations.check_model")  # while this process imports what it needs
    from vitrine.destinations.limits import destinations as known
    from vitrine.destinations.limits import named_destinations

    names = tuple(name.strip() for name in destinations.split(",") if name.strip())
    wanted = named_destinations(names) if names else tuple(known().values())
    console, results, code = Console(soft_wrap=True), [], ExitCode.DONE
    for path in models:
        fields, exit_code = _check_one(path, wanted, None if as_json else console)
        results.append(fields)
        code = max(code, exit_code)
    if as_json:
        print(json.dumps(results, indent=2))
    raise typer.Exit(code)


def _check_one(
    path: Path, wanted: tuple[Destination, ...], console: Console | None
) -> tuple[dict[str, Any], ExitCode]:
    from vitrine.destinations.check_model import check_model
    from vitrine.isolation import run_isolated
    from vitrine.recipe import ProcessLimits

    try:
        verdicts = run_isolated(ProcessLimits(), check_model, path, wanted)
    except VitrineError as error:
        if console is not None:
            console.print(f"{path}: cannot be read: {error}", markup=False, highlight=False)
        return {"path": str(path), "error": str(error), "verdicts": []}, ExitCode.BAD_INPUT
    if console is not None:
        console.print(str(path), markup=False, highlight=False)
        for verdict in verdicts:
            _show(console, verdict)
    failed = any(verdict.answer == "fail" for verdict in verdicts)
    fields = [verdict.model_dump(mode="json", exclude={"role"}) for verdict in verdicts]
    return {"path": str(path), "error": None, "verdicts": fields}, (
        ExitCode.FAILED if failed else ExitCode.DONE
    )


def _show(console: Console, verdict: DestinationVerdict) -> None:
    from vitrine.destinations.words import describe_check

    color = {"pass": "green", "fail": "red", "not tested": "yellow"}[verdict.answer]
    console.print(f"  [{color}]{verdict.answer}[/] {verdict.destination}", highlight=False)
    for missed in verdict.missed:
        console.print(f"    {describe_check(missed)}", markup=False, highlight=False)
    if verdict.untested:
        console.print(f"    not tested: {', '.join(verdict.untested)}", markup=False, highlight=False)
