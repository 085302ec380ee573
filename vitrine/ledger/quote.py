"""What a run will cost, before it starts: every order held against the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import WITH_RECEIPT
from vitrine.models import Order
from vitrine.record import Record


class QuoteLine(Record):
    """One product's order and what it adds to the bill."""

    product: str
    key: str
    state: Literal["new", "bought", "same", "open", "ended"]
    """`same`: the same photo stands twice in the run. `open`: nobody knows yet whether it was bought.
    `ended`: it failed or expired, and is not bought again by itself."""
    price_usd: Decimal


class Quote(Record):
    """A run's lines; `total_usd` is what the ledger will have grown by after it."""

    lines: tuple[QuoteLine, ...]

    @property
    def total_usd(self) -> Decimal:
        return sum((line.price_usd for line in self.lines), Decimal("0.00"))

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.lines)


def quote(orders: Iterable[tuple[str, Order, Decimal]], ledger: Ledger) -> Quote:
    """Price a run of (product, order, price): what is in the ledger already costs nothing again."""
    seen: set[str] = set()
    lines = []
    for product, order, price_usd in orders:
        state = "same" if order.key in seen else _state(order, ledger)
        seen.add(order.key)
        line_usd = price_usd if state == "new" else Decimal("0.00")
        lines.append(QuoteLine(product=product, key=order.key, state=state, price_usd=line_usd))
    return Quote(lines=tuple(lines))


def _state(order: Order, ledger: Ledger) -> Literal["new", "bought", "open", "ended"]:
    found = ledger.get(order.key)
    if found is None or found.state in ("refused", "claimed"):
        return "new"
    if found.state in WITH_RECEIPT:
        return "bought"
    return "open" if found.state in ("submitting", "unknown") else "ended"
