"""`vitrine`: the list of commands, each in a file beside this one; an error is printed as one line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from gc import freeze
from typing import Annotated

import typer

from cli import (
    catalog,
    check,
    codes,
    convert,
    costs,
    demo,
    doctor,
    gc,
    hooks,
    inspect,
    ledger,
    metrics,
    optimize,
    plan,
    push,
    quote,
    recipe,
    releases,
    review,
    sandbox,
    serve,
    setup,
)
from cli.console import Console
from cli.exit_codes import ExitCode
from cli.help import PlainCommand, PlainGroup
from deployments.profile import CLIENT
from vitrine import __version__
from vitrine.errors import InputError, VitrineError
from vitrine.fetching.redact import redact

app = typer.Typer(
    name="vitrine",
    cls=PlainGroup,
    help="Product photos in, web-ready 3D assets out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
COMMANDS: dict[str, Callable[..., None]] = {
    "convert": convert.convert,
    "catalog": catalog.catalog,
    "plan": plan.plan,
    "quote": quote.quote,
    "optimize": optimize.optimize,
    "inspect": inspect.inspect,
    "check": check.check,
    "releases": releases.releases,
    "rollback": releases.rollback,
    "withdraw": releases.withdraw,
    "review": review.review,
    "push": push.push,
    "merchant-feed": push.merchant_feed,
    "serve": serve.serve,
    "costs": costs.costs,
    "recipe": recipe.recipe,
    "codes": codes.codes,
    "doctor": doctor.doctor,
    "gc": gc.gc,
    "metrics": metrics.metrics,
    "demo": demo.demo,
    "sandbox": sandbox.sandbox,
    "hooks": hooks.hooks,
    "setup": setup.setup,
}
for name, function in COMMANDS.items():
    app.command(name, cls=PlainCommand)(function)
app.add_typer(ledger.app, name="ledger")


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
    """Run the command line and exit with one of `cli.exit_codes`.

    `VITRINE_TRACEBACK=1` prints the traceback of an error instead of one line.
    """
    for setting, value in CLIENT.items():
        os.environ.setdefault(setting, value)  # Prefect reads them when a command imports it
    terminated = _stop_on_sigterm()
    code: int | str | None = ExitCode.DONE
    try:
        app(standalone_mode=True)
    except SystemExit as stop:
        code = stop.code
    except VitrineError as error:
        if os.environ.get("VITRINE_TRACEBACK"):
            raise
        Console(stderr=True, soft_wrap=True).print(
            f"[bold red]error:[/] {_escaped(redact(str(error)))}", highlight=False
        )
        code = ExitCode.BAD_INPUT if isinstance(error, InputError) else ExitCode.FAILED
    except KeyboardInterrupt:
        code = ExitCode.INTERRUPTED
    if terminated:
        print("stopped by SIGTERM", file=sys.stderr)
        code = ExitCode.TERMINATED
    freeze()  # or Python searches all of Prefect's objects for cycles before it ends, for half a second
    sys.exit(code)


def _stop_on_sigterm() -> list[int]:
    """Let SIGTERM stop the command as Ctrl-C does; return a list that has the signal once it came."""
    received: list[int] = []

    def stop(number: int, _frame: object) -> None:
        received.append(number)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in a script's `vitrine … &`
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.raise_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, stop)
    return received


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
