"""Purchases as rows: find one, move one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from vitrine.ledger.purchase import Purchase, State, to_micros, to_usd
from vitrine.ledger.schema import purchases

Condition = sa.ColumnElement[bool]


def to_purchase(row: Any) -> Purchase:
    """A database row (a mapping) as a record."""
    values = dict(row)
    quoted = values.pop("quoted_micros")
    quoted_usd = None if quoted is None else to_usd(quoted)
    return Purchase(price_usd=to_usd(values.pop("price_micros")), quoted_usd=quoted_usd, **values)


def find(connection: Connection, key: str) -> Purchase | None:
    """The purchase with this key."""
    row = connection.execute(sa.select(purchases).where(purchases.c.key == key)).mappings().one_or_none()
    return None if row is None else to_purchase(row)


def find_by_request_key(connection: Connection, request_key: str) -> Purchase | None:
    """The purchase that stands for a request_key, at whichever account: the oldest that was not refused."""
    query = (
        sa.select(purchases)
        .where(purchases.c.request_key == request_key, purchases.c.state != "refused")
        .order_by(purchases.c.claimed_at)
    )
    row = connection.execute(query).mappings().first() if request_key else None
    return None if row is None else to_purchase(row)


def move(
    connection: Connection, key: str, before: tuple[State, ...], *also: Condition, **values: Any
) -> bool:
    """Change a purchase, if it is in one of the states `before`, and what else is asked holds; if it did."""
    line = purchases.update().where(purchases.c.key == key, purchases.c.state.in_(before), *also)
    return connection.execute(line.values(**values)).rowcount == 1


def charge(connection: Connection, key: str, usd: Decimal) -> None:
    """Put down what was really charged; what was quoted stays beside it where the two differ."""
    line = purchases.c.key == key
    micros = to_micros(usd)
    price = connection.execute(sa.select(purchases.c.price_micros).where(line)).scalar()
    if price is None or price == micros:
        return
    quoted = sa.func.coalesce(purchases.c.quoted_micros, purchases.c.price_micros)
    connection.execute(purchases.update().where(line).values(quoted_micros=quoted, price_micros=micros))
