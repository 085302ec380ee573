"""`vitrine setup`: put what the deployments need into the Prefect server."""

from __future__ import annotations

from rich.console import Console


def setup() -> None:
    """Register the blocks, the work pool, the limits and the automations with your Prefect server."""
    from deployments.bootstrap import bootstrap

    for line in bootstrap():
        Console(soft_wrap=True).print(line, markup=False, highlight=False)
