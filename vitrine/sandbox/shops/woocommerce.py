"""WooCommerce's routes: products of the REST API v3."""

from __future__ import annotations

import base64
import re
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.sandbox.shops.state import ShopState, StoredProduct

SCRIPT = re.compile(r"<script\b.*?</script\s*>", re.IGNORECASE | re.DOTALL)
IFRAME = re.compile(r"<iframe\b.*?</iframe\s*>", re.IGNORECASE | re.DOTALL)


def routes(state: ShopState) -> list[Route]:
    """Return the routes of one shop."""

    async def products(request: Request) -> Response:
        if (refused := _refuse(request, state)) is not None:
            return refused
        found = state.listed()
        for name in ("sku", "slug"):
            if wanted := request.query_params.get(name):
                found = [one for one in found if wanted == (one.sku if name == "sku" else one.handle)]
        per_page = min(int(request.query_params.get("per_page", "10")), 100)
        shown = [_product(request, one) for one in found[:per_page]]
        pages = -(-len(found) // per_page)
        return JSONResponse(shown, headers={"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)})

    async def product(request: Request) -> Response:
        if (refused := _refuse(request, state)) is not None:
            return refused
        found = state.products.get(int(request.path_params["id"]))
        if found is None or found.deleted:
            return _error("woocommerce_rest_product_invalid_id", "Invalid ID.", 404)
        state.calls[f"{request.method} product"] += 1
        if (fault := state.take_fault("http", f"{request.method} product")) is not None:
            return Response("<html>Bad gateway</html>", fault.status, media_type="text/html")
        if request.method == "PUT":
            _change(state, found, await request.json())
        if state.take_fault("drop-after", f"{request.method} product") is not None:
            transport = request.scope.get("vitrine.transport")
            if transport is not None:
                transport.abort()
        return JSONResponse(_product(request, found))

    return [
        Route("/wp-json/wc/v3/products", products),
        Route("/wp-json/wc/v3/products/{id:int}", product, methods=["GET", "PUT"]),
    ]


def _refuse(request: Request, state: ShopState) -> Response | None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    wanted = f"{state.settings.consumer_key}:{state.settings.consumer_secret}".encode()
    try:
        sent = base64.b64decode(given, validate=True) if scheme.lower() == "basic" else b""
    except ValueError:
        sent = b""
    if secrets.compare_digest(sent, wanted):
        return None
    return _error("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", 401)


def _error(code: str, message: str, status: int) -> Response:
    return JSONResponse({"code": code, "message": message, "data": {"status": status}}, status)


def _change(state: ShopState, product: StoredProduct, body: dict[str, Any]) -> None:
    if "description" in body:
        html = SCRIPT.sub("", str(body["description"]))
        product.description = IFRAME.sub("", html) if state.settings.wordpress_drops_iframes else html
    for meta in body.get("meta_data", ()):
        there = next((one for one in product.meta if one["id"] == meta.get("id")), None)
        if meta.get("value") is None:
            product.meta = [one for one in product.meta if one is not there]
        elif there is not None:
            there["value"] = meta["value"]
        else:  # without an id, one more of the same key is made
            product.meta.append({"id": next(state.numbers), "key": meta["key"], "value": meta["value"]})
    state.note("update", product.handle, ",".join(sorted(body)))


def _product(request: Request, product: StoredProduct) -> dict[str, Any]:
    base = str(request.base_url).rstrip("/")
    return {
        "id": product.number,
        "name": product.title,
        "slug": product.handle,
        "sku": product.sku,
        "permalink": f"{base}/product/{product.handle}/",
        "description": product.description,
        "images": [
            {"id": number, "src": one.source}
            for number, one in enumerate(product.media)
            if one.kind == "IMAGE"
        ],
        "meta_data": [dict(one) for one in product.meta],
    }
