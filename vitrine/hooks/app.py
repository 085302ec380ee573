"""The ASGI application that answers providers' callbacks, at one secret path for each job.

Callbacks have no signature, so their content is not even read. A callback only makes whoever waits for the
job poll the provider at once. A forged callback finds no job; a repeated or early one costs one poll.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitrine.errors import LedgerError
from vitrine.ledger import Ledger


def create_app(ledger: Ledger, hosts: Sequence[str] | None = None, more: Sequence[Route] = ()) -> Starlette:
    """Return the application; it can be mounted into another one.

    With `hosts`, a request whose `Host` header has none of these names is answered with 400.

    `more` are the routes of shops and buckets.

    `POST /{token}` answers 204 for a known job, 404 for any other, 503 while the ledger is unavailable.
    """

    async def callback(request: Request) -> Response:
        try:
            known = await asyncio.to_thread(ledger.record_callback, request.path_params["token"])
        except LedgerError:
            return Response(status_code=503, headers={"Retry-After": "30"})
        return Response(status_code=204 if known else 404)

    async def health(request: Request) -> Response:  # noqa: ARG001
        return Response("ok\n", media_type="text/plain")

    names = (
        [Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False)] if hosts else []
    )
    return Starlette(
        middleware=names,
        routes=[Route("/health", health), *more, Route("/{token:str}", callback, methods=["POST"])],
    )
