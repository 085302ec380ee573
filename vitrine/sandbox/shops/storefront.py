"""The pages that customers see: a list of products, and a product with its photos and its model."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from vitrine.sandbox.shops.state import ShopState

VIEWER = files("vitrine") / "publishing" / "pages" / "vendor" / "model-viewer.min.js"
"""Google's model-viewer, where it is vendored."""
HERE = files("vitrine.sandbox.shops") / "templates"


def routes(state: ShopState) -> list[Route]:
    """Return the routes of one shop."""
    templates = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    product_page = templates.from_string((HERE / "product.html").read_text(encoding="utf-8"))
    list_page = templates.from_string((HERE / "list.html").read_text(encoding="utf-8"))

    async def index(request: Request) -> Response:  # noqa: ARG001
        shown = [
            {
                "handle": one.handle,
                "title": one.title,
                "image": next((m.source for m in one.media if m.kind == "IMAGE"), None),
                "model": any(m.kind == "MODEL_3D" and state.status(m) == "READY" for m in one.media),
            }
            for one in state.listed()
        ]
        return HTMLResponse(list_page.render(products=shown))

    async def page(request: Request) -> Response:
        found = state.by_handle(request.path_params["handle"])
        if found is None:
            return HTMLResponse("<h1>Page not found</h1>", 404)
        media = [one for one in found.media if state.status(one) == "READY"]
        return HTMLResponse(product_page.render(product=found, media=media))

    async def viewer(request: Request) -> Response:  # noqa: ARG001
        if not VIEWER.is_file():
            return Response(status_code=404)
        return Response(VIEWER.read_bytes(), media_type="text/javascript")

    return [
        Route("/", index),
        Route("/products/{handle}", page),
        Route("/product/{handle}/", page),
        Route("/assets/model-viewer.js", viewer),
    ]
