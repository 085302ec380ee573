"""The page on which a person reviews held products, with the keyboard."""

from __future__ import annotations

import secrets
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitrine.defaults import OWN_NAMES
from vitrine.errors import InputError, NotFound, VitrineError
from vitrine.models import Blob
from vitrine.reviews.desk import ReviewDesk, price_of
from vitrine.reviews.queue import Action, ReviewItem

POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FILES = {
    "/": ("review.html", "text/html; charset=utf-8"),
    "/review.js": ("review.js", "text/javascript; charset=utf-8"),
    "/review.css": ("review.css", "text/css; charset=utf-8"),
}
ACTIONS: dict[str, tuple[Action, int]] = {
    "approved": ("approved", 0),
    "rejected": ("rejected", 0),
    "again": ("again", 0),
    "turned-90": ("turned", 1),
    "turned-180": ("turned", 2),
    "turned-270": ("turned", 3),
}
"""What the page asks for -> the decision, and its quarter turns."""


def create_app(desk: ReviewDesk) -> Starlette:
    """Return the application; it answers requests to names of this machine only.

    `GET /items` lists what waits, `GET /pictures/{slug}/{name}` shows an image of it, `POST /items/{slug}`
    decides. The last needs the header `X-Review-Token`, which only the page has: another site's page can
    neither read it nor send it.
    """
    token = secrets.token_urlsafe(24)

    async def items(request: Request) -> Response:  # noqa: ARG001
        waiting = await run_in_threadpool(desk.waiting)
        body = {"by": desk.by, "token": token, "items": [_facts(item, desk) for item in waiting]}
        return _answer(JSONResponse(body))

    async def picture(request: Request) -> Response:
        try:
            data, blob = await run_in_threadpool(_picture, desk, request.path_params)
        except NotFound:
            return _answer(Response(status_code=404))
        media_type = blob.media_type if blob.media_type.startswith("image/") else "application/octet-stream"
        return _answer(Response(data, media_type=media_type))

    async def decide(request: Request) -> Response:
        if not secrets.compare_digest(request.headers.get("X-Review-Token", ""), token):
            return _answer(Response(status_code=403))
        action = ACTIONS.get(request.query_params.get("action", ""))
        if action is None:
            known = ", ".join(ACTIONS)
            return _answer(JSONResponse({"error": f"action is one of {known}"}, status_code=422))
        try:
            item = await run_in_threadpool(desk.find, request.path_params["slug"])
            said = await run_in_threadpool(desk.decide, item, *action)
        except InputError as error:
            return _answer(JSONResponse({"error": str(error)}, status_code=409))
        except VitrineError as error:
            return _answer(JSONResponse({"error": str(error)}, status_code=503))
        return _answer(JSONResponse({"said": said}))

    return Starlette(
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=list(OWN_NAMES), www_redirect=False)],
        routes=[
            *(Route(path, _page(*file)) for path, file in FILES.items()),
            Route("/favicon.ico", nothing),
            Route("/items", items),
            Route("/items/{slug}", decide, methods=["POST"]),
            Route("/pictures/{slug}/{name}", picture),
        ],
    )


async def nothing(request: Request) -> Response:  # noqa: ARG001
    """Answer the browser, which asks for an icon unasked."""
    return _answer(Response(status_code=204))


def _page(name: str, media_type: str) -> Any:
    async def page(request: Request) -> Response:  # noqa: ARG001
        return _answer(Response((files(__package__) / "page" / name).read_bytes(), media_type=media_type))

    return page


def _answer(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def _facts(item: ReviewItem, desk: ReviewDesk) -> dict[str, Any]:
    asset = item.asset
    dimensions = item.product.dimensions
    slug = item.product.slug
    return {
        "slug": slug,
        "id": item.product.id,
        "title": item.product.title or item.product.id,
        "reasons": item.reasons,
        "buys": item.buys,
        "size": dimensions.text if dimensions else "",
        "again": f"Another model costs {price_of(item) or 'as much as this one'}." if asset else "",
        "paid_usd": str(asset.cost_usd) if asset and asset.cost_usd is not None else "",
        "findings": [f"{one.code}: {one.message}" for one in asset.findings if one.severity != "info"]
        if asset
        else [],
        "pictures": {name: f"/pictures/{slug}/{name}" for name in desk.pictures(item)},
    }


def _picture(desk: ReviewDesk, path: dict[str, Any]) -> tuple[bytes, Blob]:
    item = desk.queue.get(str(path["slug"]))
    blob = desk.pictures(item).get(str(path["name"])) if item else None
    if blob is None:
        raise NotFound("no such picture")
    return desk.store.read(blob), blob
