"""`vitrine setup`: create what the deployments need on the Prefect server."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.console import Console


def setup(
    notify: Annotated[
        str | None,
        typer.Option(
            metavar="TYPE/NAME",
            help="A notification block of Prefect that tells people about money, accounts and failures, "
            "for example slack-webhook/shop.",
        ),
    ] = None,
) -> None:
    """Create the blocks, the work pool, the concurrency limits and the automations on your Prefect server."""
    from deployments.bootstrap import bootstrap

    for line in bootstrap(notify=notify):
        Console(soft_wrap=True).print(line, markup=False, highlight=False)
