"""`vitrine sandbox`: serve both providers' APIs on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrine.defaults import SANDBOX_PORT
from vitrine.errors import ConfigError


def sandbox(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = SANDBOX_PORT,
    book: Annotated[Path | None, typer.Option(help="The file that stores the sales.")] = None,
    latency: Annotated[float, typer.Option(min=0, help="Seconds a job takes beyond its own work.")] = 0.0,
    failure_rate: Annotated[float, typer.Option(min=0, max=1, help="Share of jobs that fail.")] = 0.0,
    rate_limit: Annotated[
        int | None, typer.Option(min=1, help="Requests a minute for each account; without it, no limit.")
    ] = None,
    price: Annotated[
        float | None,
        typer.Option(min=0, help="Price of a model in USD; without it, the providers' real prices."),
    ] = None,
    chaos: Annotated[
        Path | None, typer.Option(help="A JSON file with faults to inject, in order (for tests).")
    ] = None,
) -> None:
    """Serve the APIs of Pixazo and EmpirioLabs on this machine, with preview models instead of TRELLIS.2."""
    from vitrine.sandbox import FaultError, SandboxSettings, read_chaos, serve

    try:
        faults = read_chaos(chaos) if chaos else ()
    except FaultError as error:
        raise ConfigError(f"--chaos {error}") from error
    settings = SandboxSettings(
        sales_log=book,
        latency_s=latency,
        failure_rate=failure_rate,
        rate_limit_per_minute=rate_limit,
        price_usd=price,
        faults=faults,
    )
    try:
        serve(settings, host=host, port=port)
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another --port"
        ) from error
