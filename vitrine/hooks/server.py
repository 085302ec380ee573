"""The server of the callbacks: connections that send nothing end, and are limited in number."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Coroutine, Sequence
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

from vitrine.defaults import OWN_NAMES

HEADER_S = 10.0
"""How long a client may take until its first request has come, with all headers."""
MAX_CONNECTIONS = 2_000
"""More are answered with 503; an idle one takes about 20 kB."""


class DeadlineProtocol(AutoHTTPProtocol):  # type: ignore[valid-type, misc]
    """uvicorn's HTTP protocol with a deadline for the first request; it has one between requests itself."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._deadline = self.loop.call_later(HEADER_S, self._close_if_silent)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deadline.cancel()
        super().connection_lost(exc)

    def _close_if_silent(self) -> None:
        if self.cycle is None and not self.transport.is_closing():
            self.transport.abort()


def server_config(app: Any, **options: Any) -> uvicorn.Config:
    """Return the configuration of a server for callbacks, and let this process open as many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + 200
    if soft != resource.RLIM_INFINITY and soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return uvicorn.Config(
        app,
        http=DeadlineProtocol,
        ws="none",
        lifespan="off",
        limit_concurrency=MAX_CONNECTIONS,
        backlog=512,
        timeout_keep_alive=5,
        log_level="warning",
        access_log=False,
        server_header=False,
        **options,
    )


def allowed_hosts(listens_at: str, hooks_url: str | None) -> Sequence[str]:
    """Return the names that a request's `Host` header may have: of this machine, and of `hooks_url`."""
    public = urlsplit(hooks_url or "").hostname
    return (*OWN_NAMES, listens_at, *([public] if public else []))


def run(app: Any, listener: Any, *beside: Coroutine[Any, Any, None]) -> None:
    """Serve on an open socket until the process is interrupted; other work runs beside it."""

    async def serve() -> None:
        others = [asyncio.create_task(one) for one in beside]
        await uvicorn.Server(server_config(app)).serve(sockets=[listener])
        for other in others:
            other.cancel()

    asyncio.run(serve())
