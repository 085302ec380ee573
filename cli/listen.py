"""Open the port of a server that a command runs."""

from __future__ import annotations

import socket

from vitrine.errors import ConfigError


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises `ConfigError` for a port that is taken or an address not here."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error.strerror or error}; choose another --port"
        ) from error
