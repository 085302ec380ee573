"""`vitrine`: the list of commands, each in a file beside this one; an error is printed as one line."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer
from rich.console import Console

from cli import (
    catalog,
    codes,
    convert,
    costs,
    demo,
    hooks,
    inspect,
    ledger,
    optimize,
    quote,
    sandbox,
    serve,
    setup,
)
from vitrine import __version__
from vitrine.errors import InputError, VitrineError

app = typer.Typer(
    name="vitrine",
    help="Product photos in, web-ready 3D assets out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("convert")(convert.convert)
app.command("catalog")(catalog.catalog)
app.command("optimize")(optimize.optimize)
app.command("inspect")(inspect.inspect)
app.command("codes")(codes.codes)
app.command("quote")(quote.quote)
app.add_typer(ledger.app, name="ledger")
app.command("costs")(costs.costs)
app.command("hooks")(hooks.hooks)
app.command("sandbox")(sandbox.sandbox)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.command("setup")(setup.setup)


def _version(show: bool) -> None:
    if show:
        print(f"vitrine {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Product photos in, web-ready 3D assets out."""


def main() -> None:
    """Run the command line and exit with 0 (done), 1 (failed), 2 (bad input) or 130 (Ctrl-C).

    `VITRINE_TRACEBACK=1` prints the traceback of an error instead of one line.
    """
    try:
        app(standalone_mode=True)
    except VitrineError as error:
        if os.environ.get("VITRINE_TRACEBACK"):
            raise
        Console(stderr=True, soft_wrap=True).print(
            f"[bold red]error:[/] {_escaped(str(error))}", highlight=False
        )
        sys.exit(2 if isinstance(error, InputError) else 1)
    except KeyboardInterrupt:
        sys.exit(130)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
