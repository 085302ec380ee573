"""Taking the right to order: one transaction that only one process at a time goes through."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.engine import Connection

from vitrine.ledger import budget
from vitrine.ledger import queries as rows
from vitrine.ledger.caps import Caps
from vitrine.ledger.owner import is_gone, me
from vitrine.ledger.purchase import Purchase, to_micros
from vitrine.ledger.schema import lock_claims, purchases
from vitrine.models import Order
from vitrine.record import Record

IN_HAND: set[tuple[str, str]] = set()
"""(ledger, key) of every claim this process is working on; one of its claims that is not here was dropped."""
LEASE_S = 900.0
"""A claim from another machine older than this has no living owner: an order takes 180 s at most."""

NOT_SENT = "its process ended before the order was sent"
PERHAPS_SENT = "its process ended between sending the order and writing the receipt"


class Claim(Record):
    """Who wants to order what."""

    ledger: str
    order: Order
    price_usd: Decimal
    product: str = ""
    run: str = ""
    request_key: str = ""
    """What is wanted, whoever makes it; empty where other accounts do not matter."""


def take(connection: Connection, claim: Claim, caps: Caps, now: datetime) -> tuple[Purchase, bool]:
    """(The purchase, whether it is the caller's to order now).

    A line that was refused, or whose claimant died before its intent was written, is claimed again; a line
    whose owner died after it becomes `unknown`. A request that
    another account has in hand is that account's. Raises `BudgetReached`, without a claim.
    """
    lock_claims(connection)
    order = claim.order
    rival = _settled(connection, rows.find_by_request_key(connection, claim.request_key), claim.ledger, now)
    if rival is not None and rival.key != order.key and rival.state != "refused":
        return rival, False
    found = _settled(connection, rows.find(connection, order.key), claim.ledger, now)
    if found is not None and found.state != "refused":
        return found, False
    budget.check(connection, caps, claim.price_usd, run=claim.run, now=now)
    line = {
        "state": "claimed",
        "product": claim.product,
        "run": claim.run,
        "request_key": claim.request_key,
        "owner": me(),
        "price_micros": to_micros(claim.price_usd),
        "quoted_micros": None,
        "claimed_at": now,
        "submitting_at": None,
        "ended_at": None,
        "error": None,
    }
    if found is not None:
        rows.move(connection, order.key, ("refused",), **line)
    else:
        connection.execute(purchases.insert().values(**_ordered(order), **line))
    IN_HAND.add((claim.ledger, order.key))
    claimed = rows.find(connection, order.key)
    assert claimed is not None
    return claimed, True


def _settled(connection: Connection, found: Purchase | None, ledger: str, now: datetime) -> Purchase | None:
    """The purchase, after what its dead owner left undone is written down."""
    if found is None or found.state not in ("claimed", "submitting") or not _left_behind(found, ledger, now):
        return found
    if found.state == "claimed":
        rows.move(connection, found.key, ("claimed",), state="refused", ended_at=now, error=NOT_SENT)
    else:
        rows.move(connection, found.key, ("submitting",), state="unknown", ended_at=now, error=PERHAPS_SENT)
    return rows.find(connection, found.key)


def _left_behind(found: Purchase, ledger: str, now: datetime) -> bool:
    gone = (ledger, found.key) not in IN_HAND if found.owner == me() else is_gone(found.owner)
    return gone if gone is not None else now - found.left_at > timedelta(seconds=LEASE_S)


def _ordered(order: Order) -> dict[str, Any]:
    return {
        "key": order.key,
        "provider": order.provider,
        "model": order.model,
        "photo_sha256": order.photo.sha256,
        "settings": order.settings,
        "attempt": order.attempt,
        "posts": 0,
    }
