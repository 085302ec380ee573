"""Reading the ledger: what was bought, filtered, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from vitrine.errors import LedgerError
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase, State
from vitrine.ledger.queries import to_purchase
from vitrine.ledger.schema import purchases
from vitrine.record import Record

SHORTEST_PREFIX = 6
COLUMNS = [field.alias or name for name, field in Purchase.model_fields.items()]


class Filter(Record):
    """Which purchases are wanted; what is empty or `None` does not restrict."""

    states: tuple[State, ...] = ()
    provider: str | None = None
    product: str | None = None
    run: str | None = None
    since: datetime | None = None
    """Claimed at this time or later."""


def find(ledger: Ledger, wanted: Filter) -> list[Purchase]:
    """The purchases that fit, oldest first."""
    columns = purchases.c
    query = sa.select(purchases).order_by(columns.claimed_at, columns.key)
    if wanted.states:
        query = query.where(columns.state.in_(wanted.states))
    if wanted.since is not None:
        query = query.where(columns.claimed_at >= wanted.since)
    for column, value in (
        (columns.provider, wanted.provider),
        (columns.product, wanted.product),
        (columns.run, wanted.run),
    ):
        if value is not None:
            query = query.where(column == value)
    with ledger.reading() as connection:
        return [to_purchase(row) for row in connection.execute(query).mappings()]


def one(ledger: Ledger, prefix: str) -> Purchase:
    """The purchase whose key begins with `prefix`, which is at least six characters long.

    Raises `LedgerError` when there is none, or more than one.
    """
    if len(prefix) < SHORTEST_PREFIX or not prefix.isalnum():
        raise LedgerError(f"{prefix!r} is no purchase: give at least {SHORTEST_PREFIX} characters of its key")
    query = sa.select(purchases).where(purchases.c.key.startswith(prefix.lower(), autoescape=True)).limit(3)
    with ledger.reading() as connection:
        found = [to_purchase(row) for row in connection.execute(query).mappings()]
    if not found:
        raise LedgerError(f"no purchase {prefix} in ledger {ledger.name}; `vitrine ledger` lists them")
    if len(found) > 1:
        raise LedgerError(f"{prefix} begins several keys: {', '.join(p.key[:16] for p in found)} …")
    return found[0]


def to_csv(bought: Iterable[Purchase]) -> str:
    """One line a purchase, every column; times in ISO 8601 UTC, settings as JSON."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    for purchase in bought:
        line = purchase.model_dump(mode="json", by_alias=True)
        for name in ("settings", "effective", "measured"):
            line[name] = None if line[name] is None else json.dumps(line[name], sort_keys=True)
        writer.writerow(line)
    return text.getvalue()
