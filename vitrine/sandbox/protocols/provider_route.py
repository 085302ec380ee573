"""What all provider routes share: request counts, rate limit, authentication, fault injection and errors."""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vitrine.sandbox.faults.fault import Endpoint, Fault, FaultError
from vitrine.sandbox.faults.inject import inject_after, inject_before
from vitrine.sandbox.jobs.job_service import JobService
from vitrine.sandbox.jobs.order import ApiError
from vitrine.sandbox.jobs.sales_log import account_of
from vitrine.sandbox.settings import SandboxSettings

MAX_BODY_BYTES = 80_000_000


class ProviderProtocol(Protocol):
    """How a provider reads API keys and words errors."""

    name: str

    def key_of(self, headers: Mapping[str, str]) -> str:
        """The API key of a request; empty when there is none."""
        ...

    def error_response(self, error: ApiError, settings: SandboxSettings) -> Response:
        """The response to a request that is refused."""
        ...

    def default_error(self, status: int) -> Response:
        """The provider's usual error response for an HTTP status."""
        ...


Handler = Callable[[Request, JobService, str, Fault | None], Awaitable[Response]]


def provider_route(
    method: str, path: str, on: Endpoint, protocol: ProviderProtocol, handler: Handler
) -> Route:
    """A route of a provider.

    `handler(request, service, key, fault)` raises `ApiError` to refuse the request. It gets the fault because
    some faults change the job and not the response.
    """
    label = f"{method} {path}"

    async def endpoint(request: Request) -> Response:
        service: JobService = request.app.state.service
        counter = service.request_counter
        key = protocol.key_of(request.headers)
        account = account_of(key) if key else "-"
        limit = service.settings.rate_limit_per_minute
        now = service.clock.now()
        retry_after_s = counter.retry_after_s(account, limit, now) if limit else 0.0
        if not retry_after_s:
            counter.count(label, account, now)
        try:
            if retry_after_s:
                counter.by_route[label] += 1
                seconds = max(1, math.ceil(retry_after_s))
                raise ApiError(429, "rate_limit_exceeded", "too many requests", retry_after_s=seconds)
            try:
                fault = service.faults.take(on, protocol.name, request.headers)
            except FaultError as error:
                raise ApiError(400, "bad_sandbox_fault", str(error)) from error
            if fault is not None and fault.kind == "skew-clock":
                service.clock.advance(fault.delay_s)
            response = await inject_before(fault, protocol.default_error)
            if response is None:
                service.authenticate(key)
                handled = await handler(request, service, key, fault)
                response = await inject_after(fault, protocol.default_error, handled)
        except ApiError as error:
            response = protocol.error_response(error, service.settings)
            if error.retry_after_s is not None:
                response.headers["Retry-After"] = str(error.retry_after_s)
        counter.by_status[response.status_code] += 1
        return response

    return Route(path, endpoint, methods=[method])


async def read_json_object(request: Request) -> dict[str, object]:
    """Read the JSON object of a request's body. Raises `ApiError` 400, or 413 above `MAX_BODY_BYTES`."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise ApiError(413, "request_too_large", f"the body is larger than {MAX_BODY_BYTES} bytes")
    try:
        data = json.loads(bytes(body))
    except ValueError as error:
        raise ApiError(400, "invalid_request", f"the body is not JSON: {error}") from error
    if not isinstance(data, dict):
        raise ApiError(400, "invalid_request", "the body is not a JSON object")
    return data
