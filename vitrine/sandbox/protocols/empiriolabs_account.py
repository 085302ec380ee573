"""What EmpirioLabs says about models and about the account."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.clock import timestamp
from vitrine.sandbox.faults.faults import Fault
from vitrine.sandbox.jobs.desk import Desk
from vitrine.sandbox.jobs.orders import Refusal
from vitrine.sandbox.protocols.empiriolabs import DIALECT
from vitrine.sandbox.protocols.empiriolabs_fields import FIELDS, MODEL
from vitrine.sandbox.protocols.fields import Boolean, Field, Integer, Number, OneOf
from vitrine.sandbox.protocols.protocol import provider_route

PAGE = 100
"""How many charges stand on a page."""


def routes() -> list[Route]:
    """Return the routes of EmpirioLabs' models and account usage."""
    return [
        provider_route("GET", "/v1/models/{model}", "status", DIALECT, model),
        provider_route("GET", "/v1/account/usage", "status", DIALECT, usage),
    ]


async def model(request: Request, desk: Desk, key: str, fault: Fault | None) -> Response:
    """Live prices and parameters."""
    del key, fault
    if request.path_params["model"] != MODEL:
        raise Refusal(404, "model_not_found", f"The model {request.path_params['model']!r} does not exist.")
    prices = desk.settings.empiriolabs.prices_usd
    by_resolution = {str(res): float(desk.price_usd(prices, res)) for res in sorted(prices)}
    parameters = {name: _described(field) for name, field in FIELDS.items() if name != "model"}
    said = {
        "id": MODEL,
        "object": "model",
        "type": "3d",
        "pricing": {"currency": "USD", "unit": "generation", "resolution": by_resolution},
        "parameters": parameters,
    }
    return JSONResponse(said)


async def usage(request: Request, desk: Desk, key: str, fault: Fault | None) -> Response:
    """The newest charges of this key, a page of at most 100, and what it was charged in all."""
    del request, fault
    account = desk.admit(key)
    reading = desk.settings.empiriolabs
    if reading.account_usage == "missing":
        raise Refusal(404, "not_found", "Not Found")
    settled = desk.clock.now() - reading.usage_lag_s
    charges = [
        {
            "job_id": sale.request_id,
            "model": MODEL,
            "amount_usd": float(desk.book.charge_usd(sale)),
            "created_at": timestamp(sale.at),
        }
        for sale in reversed(desk.book.sales)
        if sale.account == account and sale.provider == "empiriolabs" and sale.at <= settled
    ]
    total = sum((Decimal(str(charge["amount_usd"])) for charge in charges), Decimal(0))
    said: dict[str, Any] = {"currency": "USD", "total_usd": float(total)}
    if reading.account_usage == "totals":
        return JSONResponse(said | {"requests": len(charges)})
    if reading.account_usage == "anonymous":
        charges = [{name: value for name, value in line.items() if name != "job_id"} for line in charges]
    return JSONResponse(said | {"data": charges[:PAGE], "has_more": len(charges) > PAGE})


def _described(field: Field) -> dict[str, Any]:
    kinds = {Integer: "integer", Number: "number", Boolean: "boolean"}
    said: dict[str, Any] = {"type": kinds.get(type(field), "string")}
    values = asdict(field)
    if isinstance(field, OneOf):
        said["enum"] = list(field.values)
    names = {"low": "minimum", "high": "maximum", "default": "default"}
    return said | {names[k]: v for k, v in values.items() if k in names and v is not None}
