"""`vitrine metrics`: what all runs have done and spent, for Prometheus."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.listen import listen


def metrics(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 9464,
    once: Annotated[bool, typer.Option("--once", help="Print the metrics and exit.")] = False,
) -> None:
    """Serve metrics for Prometheus at [b]/metrics[/]: purchases, dollars, accounts, products, steps.

    They are read from the ledger, so one server speaks for all workers that share it.
    """
    import sys

    from vitrine.hooks.metrics import metrics_app, metrics_text
    from vitrine.hooks.server import run
    from vitrine.settings import Settings

    ledger = Settings.from_env().open_ledger()
    if once:
        sys.stdout.write(metrics_text(ledger).decode())
        return
    listener = listen(host, port)
    print(f"vitrine metrics listening on http://{host}:{port}/metrics, ledger {ledger.name}", flush=True)
    run(metrics_app(ledger, host), listener)
