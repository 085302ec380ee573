"""Claiming an order: one transaction that lets one process at a time through."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import Connection

from vitrine.ledger import queries
from vitrine.ledger.age import Age, age_of
from vitrine.ledger.budget import Caps, check_caps
from vitrine.ledger.identity import identities
from vitrine.ledger.owner import is_gone, me
from vitrine.ledger.purchase import Purchase, to_micros
from vitrine.ledger.schema import lock_claims, purchases
from vitrine.models.order import Order
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
    account: str | None = None
    """The fingerprint of the key that the order will be sent with."""
    request_keys: tuple[str, ...] = ()
    """Keys of the request that the order serves, its own first; empty if other accounts do not matter."""


def claim(
    connection: Connection, wanted: Claim, caps: Caps, now: datetime, uptime_s: float
) -> tuple[Purchase, bool]:
    """Return the order's purchase, and whether the caller may send it now.

    A refused order is claimed again, and so is one whose owner ended before it recorded the intent to send
    it. If the owner ended after that, the purchase becomes `unknown`. If another account has an order for the
    same request, that purchase is returned. The purchase may have another key than the order: see
    `vitrine.ledger.identity.identities`. Raises `BudgetReached`, and claims nothing then.
    """
    lock_claims(connection)
    order = wanted.order
    answering = identities.find_order(connection, order)
    by_request = queries.find_by_request(connection, wanted.request_keys)
    other = _without_dead_owner(connection, by_request, wanted.ledger, now, uptime_s)
    if other is not None and other.state != "refused" and (answering is None or other.key != answering.key):
        return other, False
    existing = _without_dead_owner(connection, answering, wanted.ledger, now, uptime_s)
    if existing is not None and existing.state != "refused":
        identities.link(connection, order, existing.key, wanted.request_keys)
        return queries.get(connection, existing.key), False
    check_caps(connection, caps, wanted.price_usd, run=wanted.run, now=now)
    line = {
        "state": "claimed",
        "product": wanted.product,
        "run": wanted.run,
        "request_key": wanted.request_keys[0] if wanted.request_keys else "",
        "account": wanted.account,
        "owner": me(),
        "price_micros": to_micros(wanted.price_usd),
        "quoted_micros": None,
        "claimed_at": now,
        "sent_uptime_s": uptime_s,
        "submitting_at": None,
        "ended_at": None,
        "error": None,
    }
    key = order.key if existing is None else existing.key
    if existing is not None:
        queries.update(connection, key, ("refused",), **_order_columns(order), **line)
    else:
        connection.execute(purchases.insert().values(key=key, posts=0, **_order_columns(order), **line))
    identities.link(connection, order, key, wanted.request_keys)
    IN_HAND.add((wanted.ledger, key))
    return queries.get(connection, key), True


def _without_dead_owner(
    connection: Connection, purchase: Purchase | None, ledger: str, now: datetime, uptime_s: float
) -> Purchase | None:
    """Return the purchase; if its owner ended with it claimed or under way, record that first."""
    if purchase is None or purchase.state not in ("claimed", "submitting"):
        return purchase
    if not _is_abandoned(purchase, ledger, age_of(purchase, now, uptime_s)):
        return purchase
    key = purchase.key
    if purchase.state == "claimed":
        queries.update(connection, key, ("claimed",), state="refused", ended_at=now, error=NOT_SENT)
    else:
        queries.update(connection, key, ("submitting",), state="unknown", ended_at=now, error=PERHAPS_SENT)
    return queries.find(connection, key)


def _is_abandoned(purchase: Purchase, ledger: str, age: Age) -> bool:
    if purchase.owner == me():
        return (ledger, purchase.key) not in IN_HAND
    gone = is_gone(purchase.owner)
    return gone if gone is not None else age.at_least_s > LEASE_S


def _order_columns(order: Order) -> dict[str, Any]:
    return {
        "provider": order.provider,
        "model": order.model,
        "photo_sha256": order.photo.blob.sha256,
        "source_sha256": order.photo.source_sha256,
        "photo_options": order.photo.options,
        "pixels_sha256": order.photo.pixels_sha256,
        "identity": order.identity,
        "settings": order.settings,
        "attempt": order.attempt,
    }
