"""The demo shop's own routes: what it was asked, what goes wrong next, and changes by its owner."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.shops.settings import ShopFault, ShopProduct
from vitrine.sandbox.shops.state import ShopState, StoredProduct


def routes(state: ShopState) -> list[Route]:
    """Return the routes of one shop."""

    async def report(request: Request) -> Response:  # noqa: ARG001
        return JSONResponse(
            {
                "calls": dict(state.calls),
                "log": state.log,
                "products": {one.handle: _report(state, one) for one in state.listed()},
            }
        )

    async def export(request: Request) -> Response:  # noqa: ARG001
        """The products as Shopify exports them: a row for each further image."""
        return Response(_export(state), media_type="text/csv")

    async def faults(request: Request) -> Response:
        state.add_fault(ShopFault.model_validate(await request.json()))
        return Response(status_code=204)

    async def products(request: Request) -> Response:
        """The shop's owner makes a product; whoever listens is told."""
        product = state.add(ShopProduct.model_validate(await request.json()))
        return JSONResponse({"told": await _announce(state, "create", product)}, 201)

    async def product(request: Request) -> Response:
        found = state.by_handle(request.path_params["handle"])
        if found is None:
            return Response(status_code=404)
        if request.method == "DELETE":
            found.deleted = True
            return JSONResponse({"told": await _announce(state, "delete", found)})
        found.title = (await request.json()).get("title", found.title)
        return JSONResponse({"told": await _announce(state, "update", found)})

    return [
        Route("/sandbox/shop", report),
        Route("/sandbox/shop/export.csv", export),
        Route("/sandbox/shop/faults", faults, methods=["POST"]),
        Route("/sandbox/shop/products", products, methods=["POST"]),
        Route("/sandbox/shop/products/{handle}", product, methods=["PATCH", "DELETE"]),
    ]


COLUMNS = ("Title", "URL handle", "SKU", "Product image URL", "Image position", "Image alt text")
"""Of Shopify's CSV, those that concern images."""


def _export(state: ShopState) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for product in state.listed():
        photos = [one for one in product.media if one.kind == "IMAGE"]
        for position, photo in enumerate(photos, 1):
            first = position == 1
            title, sku = (product.title, product.sku) if first else ("", "")
            writer.writerow((title, product.handle, sku, photo.source, position, photo.alt))
    return out.getvalue()


def _report(state: ShopState, product: StoredProduct) -> dict[str, Any]:
    return {
        "media": [
            {"kind": one.kind, "filename": one.filename, "alt": one.alt, "status": state.status(one)}
            for one in product.media
        ],
        "meta": {one["key"]: one["value"] for one in product.meta},
        "description": product.description,
    }


async def _announce(state: ShopState, event: str, product: StoredProduct) -> int | None:
    """Post Shopify's webhook about a change; return the status of the answer."""
    if state.settings.webhook_url is None:
        return None
    body: dict[str, Any] = {"id": product.number}
    if event != "delete":
        images = [
            {"src": one.source, "position": n}
            for n, one in enumerate(product.media, 1)
            if one.kind == "IMAGE"
        ]
        body |= {
            "admin_graphql_api_id": product.gid,
            "title": product.title,
            "handle": product.handle,
            "body_html": product.description,
            "status": "active",
            "images": images,
            "variants": [{"id": product.number, "sku": product.sku, "position": 1}],
            "options": [],
        }
    data = json.dumps(body).encode()
    signature = hmac.new(state.settings.webhook_secret.encode(), data, hashlib.sha256).digest()
    headers = {
        "Content-Type": "application/json",
        "X-Shopify-Topic": f"products/{event}",
        "X-Shopify-Hmac-SHA256": base64.b64encode(signature).decode(),
        "X-Shopify-Shop-Domain": "demo.myshopify.com",
        "X-Shopify-Webhook-Id": secrets.token_hex(16),
        "X-Shopify-Event-Id": secrets.token_hex(16),
        "X-Shopify-Triggered-At": datetime.now(UTC).isoformat(),
    }
    async with httpx.AsyncClient(timeout=5) as client:
        return (await client.post(state.settings.webhook_url, content=data, headers=headers)).status_code
