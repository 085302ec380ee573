"""What was spent, by day, provider or product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Literal

from vitrine.ledger.purchase import PAID, Purchase
from vitrine.record import Record

By = Literal["day", "provider", "product"]

GROUPS: dict[By, Callable[[Purchase], str]] = {
    "day": lambda purchase: purchase.claimed_at.date().isoformat(),
    "provider": lambda purchase: purchase.provider,
    "product": lambda purchase: purchase.product or "-",
}


class Cost(Record):
    """The purchases of one day, provider or product."""

    group: str
    bought: int
    paid_usd: Decimal
    """The price of what providers certainly accepted."""
    open_usd: Decimal
    """The price of what may have been bought: orders whose outcome is unknown."""


def costs(purchases: Iterable[Purchase], by: By) -> list[Cost]:
    """Return the sums by day (UTC), provider or product, sorted."""
    lines: dict[str, list[Purchase]] = defaultdict(list)
    for purchase in purchases:
        if purchase.state in (*PAID, "unknown"):
            lines[GROUPS[by](purchase)].append(purchase)
    return [
        Cost(
            group=group,
            bought=sum(purchase.state != "unknown" for purchase in line),
            paid_usd=_sum(purchase.price_usd for purchase in line if purchase.state != "unknown"),
            open_usd=_sum(purchase.price_usd for purchase in line if purchase.state == "unknown"),
        )
        for group, line in sorted(lines.items())
    ]


def _sum(prices: Iterable[Decimal]) -> Decimal:
    return sum(prices, Decimal("0.00"))
