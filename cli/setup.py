"""`vitrine setup`: create what the deployments need on the Prefect server."""

from __future__ import annotations

from cli.console import Console


def setup() -> None:
    """Create the blocks, the work pool, the concurrency limits and the automation on your Prefect server."""
    from deployments.bootstrap import bootstrap

    for line in bootstrap():
        Console(soft_wrap=True).print(line, markup=False, highlight=False)
