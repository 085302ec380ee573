"""The sandbox as an ASGI application."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from vitrine.sandbox import control
from vitrine.sandbox.clock import Clock
from vitrine.sandbox.faults.inject import TRANSPORT
from vitrine.sandbox.jobs.job_service import JobService
from vitrine.sandbox.protocols import empiriolabs, empiriolabs_account, pixazo
from vitrine.sandbox.protocols.provider_route import ProviderProtocol
from vitrine.sandbox.protocols.result_files import file_route
from vitrine.sandbox.settings import SandboxSettings

logger = logging.getLogger("vitrine.sandbox")


class Sandbox(Starlette):
    """Starlette, with the connection's transport in the scope so that a fault can abort the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)
        await super().__call__(scope, receive, send)


def create_app(settings: SandboxSettings | None = None, *, clock: Clock | None = None) -> Starlette:
    """Create the application with both providers' routes and the sandbox's own.

    At start-up it reads the sales log, when the settings name one.
    """
    settings = settings or SandboxSettings()
    protocols: dict[str, ProviderProtocol] = {"pixazo": pixazo.PROTOCOL, "empiriolabs": empiriolabs.PROTOCOL}

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        service = JobService(settings, clock or Clock(skew_s=settings.clock_skew_s))
        app.state.service = service
        service.start()
        logger.info(control.NOTICE)
        try:
            yield
        finally:
            await service.close()

    routes = [
        *pixazo.routes(),
        *empiriolabs.routes(),
        *empiriolabs_account.routes(),
        file_route(protocols),
        *control.routes(),
    ]
    return Sandbox(routes=routes, lifespan=lifespan)
