"""Fault injection: delayed, failed, malformed and aborted HTTP responses."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import struct
from collections.abc import Callable
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vitrine.sandbox.faults.fault import Fault

logger = logging.getLogger("vitrine.sandbox")

TRANSPORT = "vitrine.sandbox.transport"
"""Key of the ASGI scope under which the application keeps the connection's transport."""
CRASH_EXIT_CODE = 70
"""Exit code of a process that a `crash` fault ends."""
HTML = (
    "<!DOCTYPE html><html><head><title>{0}</title></head>"
    "<body><h1>{0}</h1><hr><center>nginx</center></body></html>"
)
ID_FIELDS = ("request_id", "job_id", "id", "polling_url", "poll_url")

ErrorResponse = Callable[[int], Response]
"""Builds a provider's usual error response for an HTTP status."""


class AbortedResponse(Response):
    """Closes the connection without a response, or resets it after half of the body of `partial`."""

    def __init__(self, partial: Response | None = None) -> None:
        super().__init__()
        self._partial = partial

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if self._partial is not None:
            body = bytes(self._partial.body)
            headers = [(k, v) for k, v in self._partial.raw_headers if k != b"content-length"]
            headers.append((b"content-length", str(max(len(body), 2)).encode()))
            await send(
                {"type": "http.response.start", "status": self._partial.status_code, "headers": headers}
            )
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await asyncio.sleep(0.05)
        transport = scope.get(TRANSPORT)
        if transport is None:
            raise ConnectionResetError("the fault aborts the connection")
        sock = transport.get_extra_info("socket")
        if sock is not None and self._partial is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with RST
        transport.abort()
        for _ in range(3):  # lets the server notice that the connection is closed
            await asyncio.sleep(0)


async def inject_before(fault: Fault | None, error_response: ErrorResponse) -> Response | None:
    """Inject a fault before the request is handled.

    Returns the response that replaces the handler's, or None when the handler runs as usual.
    """
    if fault is None or fault.accepted:
        return None
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay_s)
    return await _fail(fault, error_response)


async def inject_after(fault: Fault | None, error_response: ErrorResponse, response: Response) -> Response:
    """Inject a fault into the response of a request that was handled. Error responses stay as they are."""
    if fault is None or response.status_code >= 400:
        return response
    match fault.kind:
        case "slow" if fault.accepted:
            await asyncio.sleep(fault.delay_s)
        case "reset":
            return AbortedResponse(response)
        case "garbage":
            return Response('{"status": "ok", ', response.status_code, media_type="application/json")
        case "no-id":
            body: dict[str, Any] = json.loads(bytes(response.body))
            kept = {name: value for name, value in body.items() if name not in ID_FIELDS}
            return Response(json.dumps(kept), response.status_code, media_type="application/json")
    failed = await _fail(fault, error_response) if fault.accepted else None
    return response if failed is None else failed


async def _fail(fault: Fault, error_response: ErrorResponse) -> Response | None:
    """Faults that are alike before and after the request is handled; None for the other kinds."""
    match fault.kind:
        case "answer":
            return _error(fault, error_response)
        case "drop":
            return AbortedResponse()
        case "stall":
            await asyncio.sleep(fault.delay_s)
            return AbortedResponse()
        case "crash":
            _crash()
    return None


def _error(fault: Fault, error_response: ErrorResponse) -> Response:
    headers = {} if fault.retry_after_s is None else {"Retry-After": str(fault.retry_after_s)}
    match fault.body:
        case "html":
            page = HTML.format(f"{fault.status} Service Temporarily Unavailable")
            return Response(page, fault.status, headers, "text/html")
        case "text":
            return Response("upstream connect error or disconnect", fault.status, headers, "text/plain")
        case "empty":
            return Response(b"", fault.status, headers)
        case "provider":
            response = error_response(fault.status)
            response.headers.update(headers)
            return response


def _crash() -> None:
    logger.warning("a fault ends this process")
    os._exit(CRASH_EXIT_CODE)
