"""A circuit breaker for each account, in the ledger's database: workers learn from each other's refusals.

Closed: orders go. After three orders in a row that the account did not take, open: no order goes for a
minute, then one as a probe; if that is not taken either, twice as long, up to a quarter of an hour. An empty
wallet (402) opens it until a person says that it is filled. It stops orders only: what is paid is waited for.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from vitrine.errors import NotSent, ProviderBusy, ProviderRefused
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.schema import breakers
from vitrine.record import Record

OPENS_AFTER = 3
FIRST_PAUSE_S = 60.0
LONGEST_PAUSE_S = 900.0
NOT_OF_THE_ACCOUNT = (400, 413, 415, 422, 429)
"""Refusals that say something of this order or this moment, and nothing of the account."""


class Breaker(Record):
    """Where an account's breaker stands."""

    account: str
    failures: int = 0
    """Orders in a row that were not taken."""
    open_until: datetime | None = Field(default=None, alias="closed_until")
    """No order goes before this time."""
    held: bool = False
    """Open until a person acts."""
    why: str = ""


def admit(ledger: Ledger, account: str) -> Breaker | None:
    """`None` when an order may go, else the open breaker. Where a probe is due, the caller is the probe."""
    now = ledger.now()
    with ledger.transaction() as connection:
        found = _find(connection, account)
        if found is None or (not found.held and found.open_until is None):
            return None
        if found.held or (found.open_until is not None and now < found.open_until):
            return found
        _write(connection, account, open_until=now + timedelta(seconds=FIRST_PAUSE_S))
        return None


def record(ledger: Ledger, account: str, error: NotSent | None) -> None:
    """Remember how an order at this account ended: `None` when it was taken."""
    if isinstance(error, ProviderRefused | ProviderBusy) and error.status in NOT_OF_THE_ACCOUNT:
        return
    with ledger.transaction() as connection:
        found = _find(connection, account)
        if error is None:
            if found is not None:
                _write(connection, account, failures=0, open_until=None, held=False, why="")
            return
        failures = (found.failures if found is not None else 0) + 1
        asked_s = (error.retry_after_s or 0.0) if isinstance(error, ProviderBusy) else 0.0
        pause_s = min(FIRST_PAUSE_S * 2 ** max(failures - OPENS_AFTER, 0), LONGEST_PAUSE_S)
        opens = failures >= OPENS_AFTER
        _write(
            connection,
            account,
            failures=failures,
            open_until=ledger.now() + timedelta(seconds=max(pause_s, asked_s)) if opens else None,
            held=isinstance(error, ProviderRefused) and error.status == 402,
            why=str(error)[:2000],
        )


def reset(ledger: Ledger, account: str) -> Breaker | None:
    """A person has acted: orders go again. Returns what the breaker was, `None` when it was not known."""
    with ledger.transaction() as connection:
        found = _find(connection, account)
        connection.execute(breakers.delete().where(breakers.c.account == account))
        return found


def standing(ledger: Ledger) -> list[Breaker]:
    """All breakers that know something, by name."""
    with ledger.reading() as connection:
        rows = connection.execute(sa.select(breakers).order_by(breakers.c.account)).mappings()
        return [Breaker.model_validate(dict(row)) for row in rows]


def _find(connection: Connection, account: str) -> Breaker | None:
    query = sa.select(breakers).where(breakers.c.account == account).with_for_update()
    row = connection.execute(query).mappings().one_or_none()
    return None if row is None else Breaker.model_validate(dict(row))


def _write(connection: Connection, account: str, **values: object) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(breakers).values(
        account=account, **{"failures": 0, "held": False, "why": "", **values}
    )
    connection.execute(new.on_conflict_do_update(index_elements=["account"], set_=values))
