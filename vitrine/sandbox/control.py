"""The sandbox's own routes under /sandbox: sales, request counts, faults and the clock."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.clock import timestamp
from vitrine.sandbox.faults.fault import FaultError, read_faults
from vitrine.sandbox.jobs.job_service import JobService

NOTICE = (
    "This is Vitrine's sandbox: a preview engine, not TRELLIS.2. It speaks the protocols of Pixazo and "
    "EmpirioLabs on this machine, inflates the photo's silhouette into a model, and charges nothing."
)


def routes() -> list[Route]:
    """The routes of this module."""
    return [
        Route("/", home, methods=["GET"]),
        Route("/sandbox/health", health, methods=["GET"]),
        Route("/sandbox/sales", sales, methods=["GET"]),
        Route("/sandbox/requests", requests, methods=["GET"]),
        Route("/sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/sandbox/keys", keys, methods=["POST"]),
        Route("/sandbox/clock", clock, methods=["GET", "POST"]),
    ]


async def home(request: Request) -> Response:
    """The notice and all routes, as plain text."""
    lines = [NOTICE, ""]
    for route in request.app.routes:
        lines += [f"  {method:<6} {route.path}" for method in sorted(route.methods - {"HEAD"})]
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")


async def health(request: Request) -> Response:
    """Whether the sandbox is running, with its engine and the number of its jobs.

    The headers tell a client that this server is a sandbox, and at which port it took the connection: the
    client's own port, unless a gateway stands between.
    """
    service: JobService = request.app.state.service
    body = {
        "status": "ok",
        "engine": service.settings.engine,
        "preview": True,
        "notice": NOTICE,
        "jobs": len(service.jobs),
        "now": timestamp(service.clock.now()),
    }
    port = (request.scope.get("server") or ("", ""))[1]
    return JSONResponse(body, headers={"X-Vitrine-Sandbox": "1", "X-Vitrine-Sandbox-Port": str(port)})


async def sales(request: Request) -> Response:
    """Every accepted order, oldest first. `total_usd` excludes refunds."""
    service: JobService = request.app.state.service
    log = service.sales_log
    sold: list[dict[str, Any]] = [
        {
            "time": timestamp(sale.sold_at),
            "provider": sale.provider,
            "account": sale.key_last4,
            "request_id": sale.request_id,
            "price_usd": str(sale.price_usd),
            "refunded": sale.request_id in log.refunded,
            "image_sha256": sale.image_sha256,
            "settings": sale.settings,
        }
        for sale in log.sales
    ]
    total = sum((log.charge_usd(sale) for sale in log.sales), Decimal(0))
    return JSONResponse({"count": len(sold), "total_usd": str(total), "sales": sold})


async def requests(request: Request) -> Response:
    """Request counts by route, account and status."""
    service: JobService = request.app.state.service
    return JSONResponse(service.request_counter.report())


async def faults(request: Request) -> Response:
    """GET lists the pending faults, POST adds one fault or a list, DELETE removes all."""
    service: JobService = request.app.state.service
    if request.method == "DELETE":
        service.faults.clear()
    elif request.method == "POST":
        try:
            service.faults.add(read_faults((await request.body()).decode("utf-8", "replace")))
        except FaultError as error:
            return JSONResponse({"error": str(error)}, 400)
    return JSONResponse({"pending": [fault.model_dump(mode="json") for fault in service.faults.pending]})


async def keys(request: Request) -> Response:
    """POST `{"old": …, "new": …}` gives a wallet another key; `"keep_old": true` leaves the old one valid."""
    service: JobService = request.app.state.service
    try:
        body = await request.json()
        old, new = str(body["old"]), str(body["new"])
        service.wallets.rotate(old, new, keep_old=bool(body.get("keep_old")))
    except (ValueError, KeyError, TypeError, AttributeError):
        return JSONResponse({"error": 'send {"old": key, "new": key}'}, 400)
    return JSONResponse({"rotated": True})


async def clock(request: Request) -> Response:
    """GET returns the sandbox's time; POST `{"advance_s": 3600}` advances it."""
    service: JobService = request.app.state.service
    if request.method == "POST":
        try:
            seconds = float((await request.json())["advance_s"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": 'send {"advance_s": seconds}'}, 400)
        service.clock.advance(seconds)
    return JSONResponse({"now": timestamp(service.clock.now())})
