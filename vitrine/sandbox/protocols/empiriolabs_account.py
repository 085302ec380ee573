"""EmpirioLabs' routes for prices and parameters of the model, and for the account's charges."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.clock import timestamp
from vitrine.sandbox.faults.fault import Fault
from vitrine.sandbox.jobs.job_service import JobService
from vitrine.sandbox.jobs.order import ApiError
from vitrine.sandbox.protocols.empiriolabs import PROTOCOL
from vitrine.sandbox.protocols.empiriolabs_fields import FIELDS, MODEL
from vitrine.sandbox.protocols.fields import Boolean, Field, Integer, Number, OneOf
from vitrine.sandbox.protocols.provider_route import provider_route

PAGE_SIZE = 100
"""Charges on a page of the account's usage."""


def routes() -> list[Route]:
    """The routes of this module."""
    return [
        provider_route("GET", "/v1/models/{model}", "status", PROTOCOL, model),
        provider_route("GET", "/v1/account/usage", "status", PROTOCOL, usage),
    ]


async def model(request: Request, service: JobService, key: str, fault: Fault | None) -> Response:
    """The model's current prices and its parameters."""
    del key, fault
    if request.path_params["model"] != MODEL:
        raise ApiError(404, "model_not_found", f"The model {request.path_params['model']!r} does not exist.")
    prices = service.settings.empiriolabs.prices_usd
    by_resolution = {str(res): float(service.price_usd(prices, res)) for res in sorted(prices)}
    parameters = {name: _schema(field) for name, field in FIELDS.items() if name != "model"}
    body = {
        "id": MODEL,
        "object": "model",
        "type": "3d",
        "pricing": {"currency": "USD", "unit": "generation", "resolution": by_resolution},
        "parameters": parameters,
    }
    return JSONResponse(body)


async def usage(request: Request, service: JobService, key: str, fault: Fault | None) -> Response:
    """The newest charges of this key, at most `PAGE_SIZE`, and the total of all its charges."""
    del request, fault
    account = service.authenticate(key)
    options = service.settings.empiriolabs
    if options.account_usage == "missing":
        raise ApiError(404, "not_found", "Not Found")
    latest = service.clock.now() - options.usage_lag_s
    log = service.sales_log
    charges = [
        {
            "job_id": sale.request_id,
            "model": MODEL,
            "amount_usd": float(log.charge_usd(sale)),
            "created_at": timestamp(sale.sold_at),
        }
        for sale in reversed(log.sales)
        if sale.account == account and sale.provider == "empiriolabs" and sale.sold_at <= latest
    ]
    total = sum((Decimal(str(charge["amount_usd"])) for charge in charges), Decimal(0))
    body: dict[str, Any] = {"currency": "USD", "total_usd": float(total)}
    if options.account_usage == "totals":
        return JSONResponse(body | {"requests": len(charges)})
    if options.account_usage == "anonymous":
        charges = [{name: value for name, value in line.items() if name != "job_id"} for line in charges]
    return JSONResponse(body | {"data": charges[:PAGE_SIZE], "has_more": len(charges) > PAGE_SIZE})


def _schema(field: Field) -> dict[str, Any]:
    types = {Integer: "integer", Number: "number", Boolean: "boolean"}
    schema: dict[str, Any] = {"type": types.get(type(field), "string")}
    values = asdict(field)
    if isinstance(field, OneOf):
        schema["enum"] = list(field.values)
    names = {"low": "minimum", "high": "maximum", "default": "default"}
    return schema | {names[k]: v for k, v in values.items() if k in names and v is not None}
