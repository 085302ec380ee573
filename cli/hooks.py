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
    this server, here too: requests under other names are refused. Server and runs must use the same ledger.
    """
    import socket

    from vitrine.hooks import create_app
    from vitrine.hooks.server import allowed_hosts, run
    from vitrine.settings import Settings

    settings = Settings.from_env()
    ledger = settings.open_ledger()
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another --port"
        ) from error
    print(f"vitrine hooks listening on http://{host}:{port}, ledger {ledger.name}", flush=True)
    run(create_app(ledger, allowed_hosts(host, settings.hooks_url)), listener)
