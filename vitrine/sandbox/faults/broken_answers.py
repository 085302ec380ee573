"""Answers that go wrong on the wire."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import socket
import struct
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from vitrine.sandbox.faults.faults import Fault

if TYPE_CHECKING:
    from vitrine.sandbox.protocols.protocol import Dialect

logger = logging.getLogger("vitrine.sandbox")

TRANSPORT = "vitrine.sandbox.transport"
"""Where the application keeps the connection's transport in the scope."""
CRASHED = 70
"""Exit code of a process that was told to crash."""
HTML = (
    "<!DOCTYPE html><html><head><title>{0}</title></head>"
    "<body><h1>{0}</h1><hr><center>nginx</center></body></html>"
)
IDS = ("request_id", "job_id", "id", "polling_url", "poll_url")


class Dropped(Response):
    """The connection is reset: at once, or after the first half of `partial`'s answer."""

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
            raise ConnectionResetError("dropped on demand")
        sock = transport.get_extra_info("socket")
        if sock is not None and self._partial is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # close with RST
        transport.abort()
        for _ in range(3):  # until the server has noticed that the connection is gone
            await asyncio.sleep(0)


async def break_before(fault: Fault | None, dialect: Dialect) -> Response | None:
    """What goes wrong before the request is looked at; None when it is to be handled after all."""
    if fault is None or fault.accepted:
        return None
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay_s)
    return await _broken(fault, dialect)


async def break_after(fault: Fault | None, dialect: Dialect, response: Response) -> Response:
    """What goes wrong with the answer of a request that was handled."""
    if fault is None or response.status_code >= 400:
        return response
    match fault.kind:
        case "slow" if fault.accepted:
            await asyncio.sleep(fault.delay_s)
        case "reset":
            return Dropped(response)
        case "garbage":
            return Response('{"status": "ok", ', response.status_code, media_type="application/json")
        case "no-id":
            said: dict[str, Any] = json.loads(bytes(response.body))
            kept = {name: value for name, value in said.items() if name not in IDS}
            return Response(json.dumps(kept), response.status_code, media_type="application/json")
    broken = await _broken(fault, dialect) if fault.accepted else None
    return response if broken is None else broken


async def _broken(fault: Fault, dialect: Dialect) -> Response | None:
    """What breaks alike before and after a request is handled; None for the other kinds."""
    match fault.kind:
        case "answer":
            return _answer(fault, dialect)
        case "drop":
            return Dropped()
        case "stall":
            await asyncio.sleep(fault.delay_s)
            return Dropped()
        case "crash":
            _crash()
    return None


def _answer(fault: Fault, dialect: Dialect) -> Response:
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
            response = dialect.refuse_with(fault.status)
            response.headers.update(headers)
            return response


def _crash() -> None:
    logger.warning("crashing on demand")
    os._exit(CRASHED)
