"""What every provider's route has in common: counted, admitted, paced, and broken on demand."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitrine.sandbox.faults.broken_answers import break_after, break_before
from vitrine.sandbox.faults.faults import Fault, FaultError, Where
from vitrine.sandbox.jobs.desk import Desk
from vitrine.sandbox.jobs.orders import Refusal
from vitrine.sandbox.jobs.sales import account_of

MAX_BODY_BYTES = 80_000_000


class Dialect(Protocol):
    """How a provider words things."""

    name: str

    def key_of(self, headers: Mapping[str, str]) -> str: ...

    def refuse(self, refusal: Refusal, desk: Desk | None) -> Response: ...

    def refuse_with(self, status: int) -> Response:
        """This provider's usual words for a status."""
        ...


Handler = Callable[[Request, Desk, str, Fault | None], Awaitable[Response]]


def provider_route(method: str, path: str, on: Where, dialect: Dialect, handler: Handler) -> Route:
    """A route of a provider. `handler(request, desk, key, fault)` raises `Refusal` to say no."""
    label = f"{method} {path}"

    async def endpoint(request: Request) -> Response:
        desk: Desk = request.app.state.desk
        key = dialect.key_of(request.headers)
        account = account_of(key) if key else "-"
        limit = desk.settings.rate_limit_per_minute
        now = desk.clock.now()
        wait_s = desk.counts.wait_s(account, limit, now) if limit else 0.0
        if not wait_s:
            desk.counts.request(label, account, now)
        try:
            if wait_s:
                desk.counts.by_route[label] += 1
                retry = max(1, math.ceil(wait_s))
                raise Refusal(429, "rate_limit_exceeded", "too many requests", retry_after_s=retry)
            try:
                fault = desk.faults.take(on, dialect.name, request.headers)
            except FaultError as error:
                raise Refusal(400, "bad_sandbox_fault", str(error)) from error
            if fault is not None and fault.kind == "skew-clock":
                desk.clock.advance(fault.delay_s)
            response = await break_before(fault, dialect)
            if response is None:
                desk.admit(key)
                response = await break_after(fault, dialect, await handler(request, desk, key, fault))
        except Refusal as refusal:
            response = dialect.refuse(refusal, desk)
            if refusal.retry_after_s is not None:
                response.headers["Retry-After"] = str(refusal.retry_after_s)
        desk.counts.by_status[response.status_code] += 1
        return response

    return Route(path, endpoint, methods=[method])


async def read_object(request: Request) -> dict[str, object]:
    """The JSON object of the body. Raises `Refusal` 400, or 413 above 80 MB."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise Refusal(413, "request_too_large", f"the body is larger than {MAX_BODY_BYTES} bytes")
    try:
        data = json.loads(bytes(body))
    except ValueError as error:
        raise Refusal(400, "invalid_request", f"the body is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise Refusal(400, "invalid_request", "the body is not a JSON object")
    return data
