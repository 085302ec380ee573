"""Listing purchases: with a filter, by the beginning of a key, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from vitrine.errors import InputError
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase, State
from vitrine.ledger.queries import to_purchase
from vitrine.ledger.schema import purchases
from vitrine.plain_text import spreadsheet_cell
from vitrine.record import Record

MIN_PREFIX = 6
"""The fewest characters of a key that name a purchase."""
COLUMNS = [field.alias or name for name, field in Purchase.model_fields.items()]


class Filter(Record):
    """Which purchases to list; a field that is empty or `None` admits all."""

    states: tuple[State, ...] = ()
    provider: str | None = None
    product: str | None = None
    run: str | None = None
    since: datetime | None = None
    """Claimed at this time or later."""


def list_purchases(ledger: Ledger, wanted: Filter) -> list[Purchase]:
    """Return the purchases that match, oldest first."""
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


def find_by_prefix(ledger: Ledger, prefix: str) -> Purchase:
    """Return the purchase whose key begins with `prefix`, at least six characters.

    Raises `InputError` if there is none, or more than one.
    """
    if len(prefix) < MIN_PREFIX or not prefix.isalnum():
        raise InputError(f"{prefix!r} is no purchase: give at least {MIN_PREFIX} characters of its key")
    query = sa.select(purchases).where(purchases.c.key.startswith(prefix.lower(), autoescape=True)).limit(3)
    with ledger.reading() as connection:
        found = [to_purchase(row) for row in connection.execute(query).mappings()]
    if not found:
        raise InputError(f"no purchase {prefix} in ledger {ledger.name}; `vitrine ledger` lists them")
    if len(found) > 1:
        raise InputError(f"{prefix} begins several keys: {', '.join(p.key[:16] for p in found)} …")
    return found[0]


def to_csv(found: Iterable[Purchase]) -> str:
    """Return CSV with a line for each purchase and every column; times in ISO 8601 UTC, settings as JSON.

    A text that a spreadsheet would take for a formula starts with an apostrophe.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    for purchase in found:
        line = purchase.model_dump(mode="json", by_alias=True)
        for name in ("settings", "effective", "measured"):
            line[name] = None if line[name] is None else json.dumps(line[name], sort_keys=True)
        writer.writerow({name: spreadsheet_cell(value) for name, value in line.items()})
    return text.getvalue()
