"""Where providers call back: one unguessable path a job.

Callbacks carry no signature, so nothing in one is believed, or even read. It only wakes whoever waits for the
job, who then asks the provider. A forged one finds no job; a repeated or early one costs one question.
"""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitrine.errors import LedgerError
from vitrine.ledger import Ledger


def create_app(ledger: Ledger) -> Starlette:
    """The callbacks as an ASGI application; it can be mounted into another one.

    `POST /{token}` answers 204 for a job that is known, 404 for any other, 503 while the ledger is away.
    """

    async def called_back(request: Request) -> Response:
        try:
            known = await asyncio.to_thread(ledger.record_callback, request.path_params["token"])
        except LedgerError:
            return Response(status_code=503, headers={"Retry-After": "30"})
        return Response(status_code=204 if known else 404)

    async def health(request: Request) -> Response:  # noqa: ARG001
        return Response("ok\n", media_type="text/plain")

    return Starlette(
        routes=[Route("/health", health), Route("/{token:str}", called_back, methods=["POST"])],
    )
