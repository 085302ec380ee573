"""`vitrine hooks`: the server that providers call when a job is done."""

from __future__ import annotations

from typing import Annotated

import typer

from vitrine.errors import ConfigError


def hooks(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8766,
) -> None:
    """Answer callbacks from providers (Pixazo), so that a wait needs few polls.

    For the runs that buy, set [b]VITRINE_HOOKS_URL[/] to the public https address at which providers reach
    this server. Server and runs must use the same ledger.
    """
    import asyncio
    import socket

    import uvicorn

    from vitrine.hooks import create_app
    from vitrine.settings import Settings

    ledger = Settings.from_env().open_ledger()
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another --port"
        ) from error
    print(f"vitrine hooks listening on http://{host}:{port}, ledger {ledger.name}", flush=True)
    config = uvicorn.Config(create_app(ledger), log_level="warning", access_log=False)
    asyncio.run(uvicorn.Server(config).serve(sockets=[listener]))
