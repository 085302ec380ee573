"""Purchases as rows of the database: find them, change one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from vitrine.ledger.purchase import Purchase, State, to_micros, to_usd
from vitrine.ledger.schema import ledger_identity, purchase_identities, purchases

Condition = sa.ColumnElement[bool]


def to_purchase(row: Any) -> Purchase:
    """Return a database row (a mapping) as a record."""
    values = dict(row)
    quoted = values.pop("quoted_micros")
    quoted_usd = None if quoted is None else to_usd(quoted)
    return Purchase(price_usd=to_usd(values.pop("price_micros")), quoted_usd=quoted_usd, **values)


def find(connection: Connection, key: str) -> Purchase | None:
    """Return the purchase with this key."""
    row = connection.execute(sa.select(purchases).where(purchases.c.key == key)).mappings().one_or_none()
    return None if row is None else to_purchase(row)


def get(connection: Connection, key: str) -> Purchase:
    """Return the purchase with this key, which must exist."""
    purchase = find(connection, key)
    assert purchase is not None
    return purchase


def select(connection: Connection, condition: Condition) -> list[Purchase]:
    """Return the purchases for which a condition holds, oldest first."""
    query = sa.select(purchases).where(condition).order_by(purchases.c.claimed_at, purchases.c.key)
    return [to_purchase(row) for row in connection.execute(query).mappings()]


def find_by_request(connection: Connection, request_keys: Collection[str]) -> Purchase | None:
    """Return the oldest purchase for a request, which has several keys, that was not refused, at any account.

    `None` without a key.
    """
    answering = sa.select(purchase_identities.c.purchase_key)
    answering = answering.where(purchase_identities.c.identity.in_(request_keys))
    query = (
        sa.select(purchases)
        .where(purchases.c.request_key.in_(request_keys) | purchases.c.key.in_(answering))
        .where(purchases.c.state != "refused")
        .order_by(purchases.c.claimed_at)
    )
    row = connection.execute(query).mappings().first() if request_keys else None
    return None if row is None else to_purchase(row)


def known_requests(connection: Connection, request_keys: Collection[str]) -> set[str]:
    """Return those of the request keys for which a model was bought or is being bought."""
    mine = purchases.c.request_key.in_(request_keys) & (purchases.c.state != "refused")
    linked = (
        sa.select(purchase_identities.c.identity)
        .join(purchases, purchases.c.key == purchase_identities.c.purchase_key)
        .where(purchase_identities.c.identity.in_(request_keys), purchases.c.state != "refused")
    )
    query = sa.select(purchases.c.request_key).where(mine).union(linked)
    return {key for (key,) in connection.execute(query).tuples()}


def find_open(connection: Connection, provider: str) -> list[Purchase]:
    """Return the purchases at an account that may have been sent and have no receipt."""
    return select(
        connection,
        (purchases.c.provider == provider) & purchases.c.state.in_(("submitting", "unknown")),
    )


def list_receipts(connection: Connection, provider: str) -> dict[str, datetime]:
    """Return request id -> time of submission, for every purchase at an account that has a receipt."""
    query = sa.select(purchases.c.request_id, purchases.c.submitted_at).where(
        purchases.c.provider == provider, purchases.c.request_id.is_not(None)
    )
    return dict(connection.execute(query).tuples().all())


def list_callbacks(connection: Connection, keys: Collection[str]) -> dict[str, datetime]:
    """Return key -> time of the last callback, for those of the purchases that had one."""
    query = sa.select(purchases.c.key, purchases.c.called_back_at).where(
        purchases.c.key.in_(keys), purchases.c.called_back_at.is_not(None)
    )
    return dict(connection.execute(query).tuples().all())


def belongs_to_other(connection: Connection, key: str, provider: str, request_id: str) -> bool:
    """Whether a purchase other than `key` has this job."""
    query = sa.select(purchases.c.key).where(
        purchases.c.provider == provider, purchases.c.request_id == request_id, purchases.c.key != key
    )
    return connection.execute(query).first() is not None


def ledger_identity_of(connection: Connection) -> tuple[str, str]:
    """Return the id that the ledger got when it was created, and the salt of its fingerprints."""
    row = connection.execute(sa.select(ledger_identity.c.ledger_id, ledger_identity.c.salt)).one()
    return row.ledger_id, row.salt


def update(
    connection: Connection, key: str, before: tuple[State, ...], *conditions: Condition, **values: Any
) -> bool:
    """Change a purchase if its state is in `before` and the conditions hold; return whether it changed."""
    line = purchases.update().where(purchases.c.key == key, purchases.c.state.in_(before), *conditions)
    return connection.execute(line.values(**values)).rowcount == 1


def record_charge(connection: Connection, key: str, usd: Decimal) -> None:
    """Make what was charged the purchase's price; keep the quote beside it if the two differ."""
    line = purchases.c.key == key
    micros = to_micros(usd)
    price = connection.execute(sa.select(purchases.c.price_micros).where(line)).scalar()
    if price is None or price == micros:
        return
    quoted = sa.func.coalesce(purchases.c.quoted_micros, purchases.c.price_micros)
    connection.execute(purchases.update().where(line).values(quoted_micros=quoted, price_micros=micros))


def contents(connection: Connection) -> set[str]:
    """Return the SHA-256 of every photo and raw model that a purchase names."""
    columns = ("photo_sha256", "source_sha256", "sent_sha256", "raw_sha256")
    rows = connection.execute(sa.select(*(purchases.c[name] for name in columns)))
    return {sha256 for row in rows for sha256 in row if sha256}
