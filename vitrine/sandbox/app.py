"""The sandbox as an ASGI application."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from vitrine.sandbox import control
from vitrine.sandbox.clock import Clock
from vitrine.sandbox.faults.broken_answers import TRANSPORT
from vitrine.sandbox.jobs.desk import Desk
from vitrine.sandbox.protocols import empiriolabs, empiriolabs_account, pixazo
from vitrine.sandbox.protocols.files import file_route
from vitrine.sandbox.protocols.protocol import Dialect
from vitrine.sandbox.settings import SandboxSettings

logger = logging.getLogger("vitrine.sandbox")


class Sandbox(Starlette):
    """Starlette that keeps the connection at hand, so that it can be cut."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await super().__call__(scope, receive, send)


def create_app(settings: SandboxSettings | None = None, *, clock: Clock | None = None) -> Starlette:
    """Both providers' routes and the sandbox's own. Sales are read from the book when it starts."""
    settings = settings or SandboxSettings()
    dialects: dict[str, Dialect] = {"pixazo": pixazo.DIALECT, "empiriolabs": empiriolabs.DIALECT}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        desk = Desk(settings, clock or Clock(skew_s=settings.clock_skew_s))
        app.state.desk = desk
        desk.open()
        logger.info(control.NOTICE)
        try:
            yield
        finally:
            await desk.close()

    routes = [
        *pixazo.routes(),
        *empiriolabs.routes(),
        *empiriolabs_account.routes(),
        file_route(dialects),
        *control.routes(),
    ]
    return Sandbox(routes=routes, lifespan=lifespan)
