"""The snippets on a page of another origin with a strict Content-Security-Policy, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from vitrine.publishing.pages.assets import page_assets

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(page_assets().decoder is None, reason="no vendored viewer (`make setup` brings it)"),
]
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; "
ELEMENT = (
    "script-src {0} 'wasm-unsafe-eval'; connect-src {0} blob: data:; img-src {0} blob: data:; "
    "style-src 'unsafe-inline'; "
    "worker-src blob:"
)
VIEWER = "document.querySelector('model-viewer')"


def host(body: str, policy: str) -> Starlette:
    """A page of a shop."""

    async def page(request: Request) -> Response:  # noqa: ARG001
        html = f'<!doctype html><title>Shop</title><link rel="icon" href="data:,">{body}'
        return HTMLResponse(html, headers={"Content-Security-Policy": NOTHING + policy})

    return Starlette(routes=[Route("/", page)])


def snippets(browse: Any, shop: Any) -> tuple[str, str]:
    """The custom element and the iframe, as the product's page offers them."""
    page = browse(f"{shop.url}/products/cafe/")
    element, iframe = (
        page.eval_on_selector(f".embed .{name}", "one => one.value") for name in ("element", "iframe")
    )
    assert not page.locator(".embed").get_attribute("hidden")
    return element, iframe


@pytest.mark.parametrize("kind", ["element", "iframe"])
def test_a_snippet_shows_the_model_and_asks_its_own_origin_only(
    browse: Any, shop: Any, serve_app: Any, kind: str
) -> None:
    element, iframe = snippets(browse, shop)
    body, policy = (element, ELEMENT) if kind == "element" else (iframe, "frame-src {0}")
    policy = policy.format(shop.url) + ("; img-src data:" if kind == "iframe" else "")
    asked: list[str] = []
    with serve_app(host(body, policy)) as url:
        page = browse("about:blank", width=900, height=700)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        for _ in range(600):  # not `wait_for_function`, whose `eval` the policies forbid
            page.wait_for_timeout(100)
            if page.frames[-1].evaluate(f"Boolean({VIEWER}?.loaded && {VIEWER}.modelIsVisible)"):
                break
        else:
            pytest.fail(f"no model after 60 s: {browse.errors}")
    assert [one for one in asked if not one.startswith((shop.url, url, "blob:", "data:"))] == []
    assert browse.errors == []


def test_the_embed_page_names_the_ar_file_and_oembed_the_page(shop: Any) -> None:
    html = httpx.get(f"{shop.url}/products/cafe/embed.html").text
    pointer = httpx.get(f"{shop.url}/products/cafe/current.json").json()
    manifest = httpx.get(f"{shop.url}/{pointer['manifest']}").json()
    ar = next(file["key"] for file in manifest["files"] if file["role"] == "ar")
    assert f'src="../../{ar}"' in html
    assert json.dumps(html).count("onerror") == 0
    assert httpx.get(f"{shop.url}/products/cafe/oembed.json").status_code == 404  # a folder has no address
