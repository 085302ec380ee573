"""Running the sandbox."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time

import uvicorn

from vitrine.sandbox.app import create_app
from vitrine.sandbox.processes import alive
from vitrine.sandbox.settings import SandboxSettings


def serve(
    settings: SandboxSettings, host: str = "127.0.0.1", port: int = 8765, *, parent_pid: int | None = None
) -> None:
    """Listen until stopped. Port 0 takes a free one.

    Prints `vitrine sandbox listening on http://HOST:PORT` once connections are taken. With `parent_pid` the
    process ends when that process does. Raises `OSError` when the address is not to be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(2048)
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    config = uvicorn.Config(
        create_app(settings),
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=2,
    )
    shown = f"[{host}]" if ":" in host else host
    server = _Announcing(config, f"http://{shown}:{listener.getsockname()[1]}")
    if parent_pid is not None:
        threading.Thread(target=_end_with, args=(parent_pid, server), daemon=True).start()
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises the signal again once it is down: leave by the door, or the workers' locks leak
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()


class _Announcing(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"vitrine sandbox listening on {self._url}", flush=True)


def _end_with(pid: int, server: uvicorn.Server) -> None:
    """Stop the server when the process `pid` is gone."""
    while alive(pid):
        time.sleep(0.5)
    server.should_exit = True
    time.sleep(5)
    os._exit(0)
