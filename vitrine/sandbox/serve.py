"""Running the sandbox as an HTTP server."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
import time

import uvicorn

from vitrine.defaults import SANDBOX_PORT
from vitrine.sandbox.app import create_app
from vitrine.sandbox.processes import process_exists
from vitrine.sandbox.settings import SandboxSettings


def serve(
    settings: SandboxSettings,
    host: str = "127.0.0.1",
    port: int = SANDBOX_PORT,
    *,
    parent_pid: int | None = None,
) -> None:
    """Serve until stopped. Port 0 selects a free port.

    Prints `vitrine sandbox listening on http://HOST:PORT` when the server accepts connections. With
    `parent_pid`, the server stops when that process has ended. Raises `OSError` when the address is taken.
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
    server = _AnnouncingServer(config, f"http://{shown}:{listener.getsockname()[1]}")
    if parent_pid is not None:
        threading.Thread(target=_exit_with_parent, args=(parent_pid, server), daemon=True).start()
    if threading.current_thread() is threading.main_thread():
        # uvicorn raises the signal again after shutdown; a regular exit frees the worker pool's semaphores
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()


class _AnnouncingServer(uvicorn.Server):
    """Prints the URL once the server accepts connections."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"vitrine sandbox listening on {self._url}", flush=True)


def _exit_with_parent(pid: int, server: uvicorn.Server) -> None:
    """Stop the server when the process `pid` has ended; exit at the latest 5 s later."""
    while process_exists(pid):
        time.sleep(0.5)
    server.should_exit = True
    time.sleep(5)
    os._exit(0)
