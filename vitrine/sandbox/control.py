"""The sandbox's own routes, under /sandbox: what was sold, what was asked, what is to go wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.clock import timestamp
from vitrine.sandbox.faults.faults import FaultError, read_faults
from vitrine.sandbox.jobs.desk import Desk

NOTICE = (
    "This is Vitrine's sandbox: a preview engine, not TRELLIS.2. It speaks the protocols of Pixazo and "
    "EmpirioLabs on this machine, inflates the photo's silhouette into a model, and charges nothing."
)


def routes() -> list[Route]:
    """Return the routes that control the sandbox itself."""
    return [
        Route("/", home, methods=["GET"]),
        Route("/sandbox/health", health, methods=["GET"]),
        Route("/sandbox/sales", sales, methods=["GET"]),
        Route("/sandbox/requests", requests, methods=["GET"]),
        Route("/sandbox/faults", faults, methods=["GET", "POST", "DELETE"]),
        Route("/sandbox/clock", clock, methods=["GET", "POST"]),
    ]


async def home(request: Request) -> Response:
    """`GET /`: every route of the sandbox, as plain text."""
    lines = [NOTICE, ""]
    for route in request.app.routes:
        lines += [f"  {method:<6} {route.path}" for method in sorted(route.methods - {"HEAD"})]
    return Response("\n".join(lines) + "\n", media_type="text/plain; charset=utf-8")


async def health(request: Request) -> Response:
    """`GET /sandbox/health`: the engine and its state."""
    desk: Desk = request.app.state.desk
    said = {
        "status": "ok",
        "engine": desk.settings.engine,
        "preview": True,
        "notice": NOTICE,
        "jobs": len(desk.jobs),
        "now": timestamp(desk.clock.now()),
    }
    return JSONResponse(said)


async def sales(request: Request) -> Response:
    """Every order that was taken, oldest first. `total_usd` leaves out what was refunded."""
    desk: Desk = request.app.state.desk
    sold: list[dict[str, Any]] = [
        {
            "time": timestamp(sale.at),
            "provider": sale.provider,
            "account": sale.key_last4,
            "request_id": sale.request_id,
            "price_usd": str(sale.price_usd),
            "refunded": sale.request_id in desk.book.refunded,
            "image_sha256": sale.image_sha256,
            "settings": sale.settings,
        }
        for sale in desk.book.sales
    ]
    total = sum((desk.book.charge_usd(sale) for sale in desk.book.sales), Decimal(0))
    return JSONResponse({"count": len(sold), "total_usd": str(total), "sales": sold})


async def requests(request: Request) -> Response:
    """`GET /sandbox/requests`: how many requests each route has had."""
    desk: Desk = request.app.state.desk
    return JSONResponse(desk.counts.report())


async def faults(request: Request) -> Response:
    """GET lists what is still to go wrong, POST adds a fault or a list of them, DELETE forgets them all."""
    desk: Desk = request.app.state.desk
    if request.method == "DELETE":
        desk.faults.clear()
    elif request.method == "POST":
        try:
            desk.faults.add(read_faults((await request.body()).decode("utf-8", "replace")))
        except FaultError as error:
            return JSONResponse({"error": str(error)}, 400)
    return JSONResponse({"pending": [fault.model_dump(mode="json") for fault in desk.faults.pending]})


async def clock(request: Request) -> Response:
    """POST `{"advance_s": 3600}` turns the service's clock forward."""
    desk: Desk = request.app.state.desk
    if request.method == "POST":
        try:
            seconds = float((await request.json())["advance_s"])
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"error": 'send {"advance_s": seconds}'}, 400)
        desk.clock.advance(seconds)
    return JSONResponse({"now": timestamp(desk.clock.now())})
