"""What a quote says is what the ledger's sum grows by."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from vitrine.ledger import Ledger
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.ledger.quote import quote
from vitrine.ledger.report import costs
from vitrine.models import Order
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.place_order import place_order


def _spent(ledger: Ledger) -> Decimal:
    return sum((cost.paid_usd for cost in costs(list_purchases(ledger, Filter()), "provider")), Decimal(0))


async def test_a_run_costs_what_was_quoted(
    ledger: Ledger, seller: Any, make_order: Callable[..., Order], upload: PhotoUpload
) -> None:
    await place_order(make_order("mug"), upload, seller, ledger)
    feed = ["mug", "vase", "lamp", "vase", "stool"]  # one bought before, one photo twice
    orders = [(name, make_order(name), await seller.price_usd(make_order(name))) for name in feed]
    told, before = quote(orders, ledger), _spent(ledger)
    assert told.total_usd == 3 * Decimal("0.249")
    for _, order, _ in orders:
        await place_order(order, upload, seller, ledger)
    assert _spent(ledger) - before == told.total_usd
    assert quote(orders, ledger).total_usd == 0
