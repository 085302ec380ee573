"""Start the servers of a run, run it, and print its summary, for `convert`, `catalog` and `demo`."""

from __future__ import annotations

import asyncio
import itertools
import os
import shlex
import sys
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from rich.markup import escape

from cli.console import Console
from cli.exit_codes import ExitCode
from cli.terminal import show_progress
from deployments.services import sandbox_for
from vitrine.models import Finding
from vitrine.plain_text import visible_json
from vitrine.record import Record
from vitrine.runs import Conversion
from vitrine.settings import Settings

T = TypeVar("T")
COLOURS = {"failed": "red", "held": "yellow"}


@contextmanager
def servers(provider: str, console: Console) -> Iterator[None]:
    """Run a Prefect server and, for the sandbox provider, a sandbox while the body runs.

    A server in `PREFECT_API_URL` or `VITRINE_SANDBOX_URL` is used as it is. Other servers are started on
    loopback and stopped at the end.
    """
    home = Settings.from_env().make_home()
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    with sandbox_for(provider, home) as sandbox:
        if sandbox.started:
            console.print(
                "provider: the local sandbox: its preview models are free, and unlike a hosted provider's",
                style="dim",
                soft_wrap=True,
            )
        with ExitStack() as stack:
            with console.status("starting Prefect …"):
                from deployments.server import local_server

                stack.enter_context(local_server(home))
                sandbox.wait_until_ready()
            yield


def run(work: Coroutine[Any, Any, T], console: Console) -> T:
    """Run a flow and show its progress. Ctrl-C stops it and prints how to continue."""
    try:
        with show_progress(console):
            return asyncio.run(work)
    except KeyboardInterrupt:
        console.print(
            "\nstopped. The ledger has what you bought; you do not pay for it again. "
            f"Continue with [b]{escape(shlex.join(['vitrine', *sys.argv[1:]]))}[/]",
            highlight=False,
        )
        if any(word.startswith("--again") for word in sys.argv):
            console.print("--again buys once more what was fetched before you stopped: leave it out for that")
        raise


def summarize(conversions: Iterable[Conversion], console: Console) -> None:
    """Print one line for each product with its status, cost and page; then errors, warnings and the total."""
    rows = list(conversions)
    width = max((len(row.product_id) for row in rows), default=0)
    for row in rows:
        colour = COLOURS.get(row.status, "green")
        status = f"[{colour}]{row.status:<9}[/]"
        where = display_path(row.release.page_url) if row.release else ""
        line = f"{escape(row.product_id):<{width}}  {status}  {_cost(row):>14}  {where}"
        console.print(line.rstrip(), highlight=False, soft_wrap=True)
    for row in rows:
        if row.error:
            console.print(
                f"[{COLOURS.get(row.status, 'red')}]{escape(row.product_id)}[/]: {escape(row.error)}",
                highlight=False,
                soft_wrap=True,
            )
        if row.status == "held" and row.sheet:
            _print_next_step(row, console)
        for finding in row.findings:
            if finding.severity == "warning" and finding.message not in (row.error or ""):
                text = f"{row.product_id}: warning: {finding.message}"
                console.print(text, style="yellow", markup=False, highlight=False, soft_wrap=True)
    spent = sum((row.spent_usd for row in rows), Decimal(0))
    bought = sum(row.spent_usd > 0 for row in rows)
    reused = sum(row.reused for row in rows)
    money = "sandbox dollars, not real ones" if any(row.provider == "sandbox" for row in rows) else "USD"
    parts = [f"bought {bought} for {spent:.3f} {money}" if bought else "bought nothing"]
    if reused:
        parts.append(f"{reused} already bought, used again")
    if held := sum(row.status == "held" for row in rows):
        parts.append(f"{held} held for review")
    console.print("; ".join(parts), highlight=False)


def print_json(results: Iterable[Record]) -> None:
    """Print one JSON object a line."""
    for result in results:
        print(visible_json(result.model_dump_json()))


def exit_code(conversions: Iterable[Conversion], findings: Iterable[Finding] = ()) -> ExitCode:
    """1 when a product failed or a line is refused, else 3 when one is held for review, else 0."""
    became = {conversion.status for conversion in conversions}
    refused = any(finding.severity == "error" for finding in findings)
    if refused or "failed" in became:
        return ExitCode.FAILED
    return ExitCode.HELD if "held" in became else ExitCode.DONE


def _print_next_step(row: Conversion, console: Console) -> None:
    assert row.sheet is not None
    sheet = display_path(Settings.from_env().open_work_store().path(row.sheet).as_uri())
    words = [word for name, word in itertools.pairwise(sys.argv) if name == "--to"]
    command = ["vitrine", "review", row.product_id, *(["--to", words[-1]] if words else []), "--approve"]
    console.print(
        f"  look at {sheet}; if it is good, [b]{escape(shlex.join(command))}[/] publishes it",
        highlight=False,
        soft_wrap=True,
    )


def display_path(url: str) -> str:
    """Return the address of a page as a person types it: a path for a local file."""
    if not url.startswith("file://"):
        return url
    path = Path(unquote(urlsplit(url).path))
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _cost(row: Conversion) -> str:
    if row.reused:
        return "already bought"
    return f"${row.spent_usd:.3f}" if row.spent_usd else ""
