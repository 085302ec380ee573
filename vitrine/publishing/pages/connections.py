"""An HTTP server with a thread for each connection, and a limit for both: idle ones make room for others."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import threading
from http.server import ThreadingHTTPServer
from typing import Any

from vitrine.defaults import OWN_NAMES

MAX_CONNECTIONS = 128
"""A browser opens six; a thread with its buffers takes about 100 kB."""
IDLE_S = 20.0
"""How long a client may pause, in a request and between two."""


class BoundedServer(ThreadingHTTPServer):
    """At most `MAX_CONNECTIONS` at once: when there are more, those that wait longest are closed first."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, *args: Any, max_connections: int = MAX_CONNECTIONS) -> None:
        super().__init__(*args)
        self._max = max_connections
        self._open: dict[socket.socket, bool] = {}
        """Each connection, oldest first, and whether a request of it is being answered"""
        self._guard = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(IDLE_S)
        with self._guard:
            waiting = [each for each, busy in self._open.items() if not busy]
            excess = waiting[: max(0, len(self._open) + 1 - self._max)]
            for connection in excess:
                del self._open[connection]
            self._open[request] = False
        for connection in excess:  # its thread reads the end of the stream, and ends
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def mark(self, request: socket.socket, *, busy: bool) -> None:
        """Say whether a request of this connection is being answered; one that waits becomes the youngest."""
        with self._guard:
            if self._open.pop(request, None) is not None:
                self._open[request] = busy

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke or was closed."""


def is_own_name(host_header: str | None, bound_to: str) -> bool:
    """Whether a `Host` header names this server; any does where it listens on more than loopback.

    A page of another site can send requests here under its own name (DNS rebinding), and read the answers.
    """
    try:
        if not ipaddress.ip_address(bound_to).is_loopback:
            return True
    except ValueError:
        if bound_to != "localhost":
            return True
    name = (host_header or "").strip().lower()
    name = name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]
    return name in OWN_NAMES or name == bound_to
