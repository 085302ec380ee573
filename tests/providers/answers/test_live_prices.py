"""Live prices, in whatever shape; and what is believed of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from vitrine.models import Blob, PhotoIdentity
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.answers.live_prices import read_live_prices
from vitrine.recipe import Generation

PHOTO = PhotoIdentity.of(Blob(sha256="a" * 64, size_bytes=4, media_type="image/png"))
PRICES = {512: Decimal("0.03"), 1024: Decimal("0.26")}


@pytest.mark.parametrize(
    "page",
    [
        {"pricing": {"currency": "USD", "resolution": {"512": 0.03, "1024": 0.26}}},
        {"pricing": {"512": "$0.03", "1024": "0.26", "4096": 9}},
        {"prices": [{"resolution": "512", "usd": 0.03}, {"resolution": 1024, "price": "0.26"}]},
        {"price_table": {"512px": {"usd": 0.03}, "1024px": {"usd": 0.26}}},
        {"data": {"pricing": {"512": 0.03, "1024": 0.26, "1536": 499}}},  # cents, perhaps: not believed
        {"id": "m", "parameters": {"x": {"default": 1024}}, "pricing": {"by": {"512": 0.03, "1024": 0.26}}},
    ],
)
def test_prices_are_found_in_many_shapes(page: Any) -> None:
    assert read_live_prices(page) == PRICES


@pytest.mark.parametrize(
    "page", [{}, [], None, "x", {"pricing": "cheap"}, {"pricing": {"512": True, "1024": -1, "1536": "NaN"}}]
)
def test_without_prices_the_result_is_empty(page: Any) -> None:
    assert read_live_prices(page) == {}


async def test_the_live_price_of_empiriolabs_is_read_once_and_used(
    service: Any, http: Callable[..., bytes], caplog: pytest.LogCaptureFixture
) -> None:
    service.react = lambda _: http(200, {"id": "trellis-2-4b", "pricing": {"1024": 0.3}})
    account = EmpirioLabs("k", base_url=service.url)
    order = account.order(PHOTO, Generation())
    with caplog.at_level(logging.WARNING, "vitrine"):
        assert [await account.price_usd(order) for _ in range(2)] == [Decimal("0.3")] * 2
    assert [request.path for request in service.requests] == ["/v1/models/trellis-2-4b"]
    assert "costs $0.3 now, the price list says $0.249" in caplog.text
    draft = account.order(PHOTO, Generation(resolution=512))
    assert await account.price_usd(draft) == Decimal("0.025")  # not on the page: the list
    await account.aclose()


@pytest.mark.parametrize("reaction", ["reset", 404, 500])
async def test_without_a_live_price_the_price_list_is_used(
    service: Any, http: Callable[..., bytes], reaction: Any
) -> None:
    service.react = lambda _: http(reaction) if isinstance(reaction, int) else reaction
    account = EmpirioLabs("k", base_url=service.url)
    assert await account.price_usd(account.order(PHOTO, Generation())) == Decimal("0.249")
    await account.aclose()


async def test_pixazo_has_one_price() -> None:
    account = Pixazo("k")
    for resolution in (512, 1024, 1536):
        order = account.order(PHOTO, Generation(resolution=resolution))
        assert await account.price_usd(order) == Decimal("0.35")
