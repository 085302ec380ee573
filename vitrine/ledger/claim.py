"""Claiming an order: one transaction that lets one process at a time through."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import Connection

from vitrine.ledger import queries
from vitrine.ledger.budget import Caps, check_caps
from vitrine.ledger.owner import is_gone, me
from vitrine.ledger.purchase import Purchase, to_micros
from vitrine.ledger.schema import lock_claims, purchases
from vitrine.models import Order
from vitrine.record import Record

IN_HAND: set[tuple[str, str]] = set()
"""(ledger, key) of every claim that this process works on; its other claims were dropped."""
LEASE_S = 900.0
"""A claim from another machine that is older than this has no living owner: an order takes 180 s at most."""

NOT_SENT = "its process ended before the order was sent"
PERHAPS_SENT = "its process ended between sending the order and writing the receipt"


class Claim(Record):
    """A claim on an order."""

    ledger: str
    order: Order
    price_usd: Decimal
    product: str = ""
    run: str = ""
    request_key: str = ""
    """The request that the order serves; empty if purchases at other accounts do not matter."""


def claim(connection: Connection, wanted: Claim, caps: Caps, now: datetime) -> tuple[Purchase, bool]:
    """Return the order's purchase, and whether the caller may send it now.

    A refused order is claimed again, and so is one whose owner ended before it recorded the intent to send
    it. If the owner ended after that, the purchase becomes `unknown`. If another account has an order for the
    same request, that purchase is returned. Raises `BudgetReached`, and claims nothing then.
    """
    lock_claims(connection)
    order = wanted.order
    by_request = queries.find_by_request_key(connection, wanted.request_key)
    other = _without_dead_owner(connection, by_request, wanted.ledger, now)
    if other is not None and other.key != order.key and other.state != "refused":
        return other, False
    existing = _without_dead_owner(connection, queries.find(connection, order.key), wanted.ledger, now)
    if existing is not None and existing.state != "refused":
        return existing, False
    check_caps(connection, caps, wanted.price_usd, run=wanted.run, now=now)
    line = {
        "state": "claimed",
        "product": wanted.product,
        "run": wanted.run,
        "request_key": wanted.request_key,
        "owner": me(),
        "price_micros": to_micros(wanted.price_usd),
        "quoted_micros": None,
        "claimed_at": now,
        "submitting_at": None,
        "ended_at": None,
        "error": None,
    }
    if existing is not None:
        queries.update(connection, order.key, ("refused",), **line)
    else:
        connection.execute(purchases.insert().values(**_order_columns(order), **line))
    IN_HAND.add((wanted.ledger, order.key))
    claimed = queries.find(connection, order.key)
    assert claimed is not None
    return claimed, True


def _without_dead_owner(
    connection: Connection, purchase: Purchase | None, ledger: str, now: datetime
) -> Purchase | None:
    """Return the purchase; if its owner ended with it claimed or under way, record that first."""
    if purchase is None or purchase.state not in ("claimed", "submitting"):
        return purchase
    if not _is_abandoned(purchase, ledger, now):
        return purchase
    key = purchase.key
    if purchase.state == "claimed":
        queries.update(connection, key, ("claimed",), state="refused", ended_at=now, error=NOT_SENT)
    else:
        queries.update(connection, key, ("submitting",), state="unknown", ended_at=now, error=PERHAPS_SENT)
    return queries.find(connection, key)


def _is_abandoned(purchase: Purchase, ledger: str, now: datetime) -> bool:
    if purchase.owner == me():
        return (ledger, purchase.key) not in IN_HAND
    gone = is_gone(purchase.owner)
    return gone if gone is not None else now - purchase.sent_at > timedelta(seconds=LEASE_S)


def _order_columns(order: Order) -> dict[str, Any]:
    return {
        "key": order.key,
        "provider": order.provider,
        "model": order.model,
        "photo_sha256": order.photo.sha256,
        "settings": order.settings,
        "attempt": order.attempt,
        "posts": 0,
    }
