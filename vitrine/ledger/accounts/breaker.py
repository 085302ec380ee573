"""A circuit breaker for each account, in the ledger's database, so that all workers share it.

A closed breaker lets orders through. After three orders in a row that the account did not take, it opens: no
order is sent for a minute, then one as a probe. If that is not taken either, the breaker stays open for twice
as long, up to a quarter of an hour. An empty wallet (402) opens it until a person reopens the account. It
stops orders only: models that are paid are still waited for and fetched. Two keys at one provider are two
accounts: the empty wallet of one stops no orders with the other.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from vitrine.errors import NotSent, ProviderBusy, ProviderRefused
from vitrine.ledger.accounts.fingerprints import account_of
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.schema import breakers
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.http.response import MAX_RETRY_AFTER_S
from vitrine.record import Record

FAILURES_TO_OPEN = 3
FIRST_OPEN_S = 60.0
MAX_OPEN_S = 900.0
NOT_COUNTED = (400, 413, 415, 422, 429)
"""Refusals of one order, or for the moment: they say nothing about the account."""


class Breaker(Record):
    """The state of an account's breaker."""

    account: str
    """The provider's name; behind a space, the fingerprint of the key, if it is known."""
    failures: int = 0
    """Orders in a row that the account did not take."""
    open_until: datetime | None = Field(default=None, alias="closed_until")
    """Until this time no order is sent; the alias is the database column."""
    held: bool = False
    """Whether it stays open until a person acts."""
    why: str = ""

    @property
    def name(self) -> str:
        """The provider's name."""
        return self.account.partition(" ")[0]


def breaker_of(provider: ImageTo3DProvider, ledger: Ledger) -> str:
    """Return the name of the breaker of a provider's key."""
    return f"{provider.name[:180]} {account_of(provider, ledger)}"


def acquire_permission(ledger: Ledger, account: str) -> Breaker | None:
    """Return `None` if an order may be sent, else the open breaker.

    If a probe is due, the caller's order is the probe, and other callers are stopped meanwhile.
    """
    now = ledger.now()
    with ledger.transaction() as connection:
        breaker = _find(connection, account)
        if breaker is None or (not breaker.held and breaker.open_until is None):
            return None
        if is_open(breaker, now):
            return breaker
        _write(connection, account, open_until=now + timedelta(seconds=FIRST_OPEN_S))
        return None


def record_result(ledger: Ledger, account: str, error: NotSent | None) -> None:
    """Record how an order at this account ended; `error` is `None` if the account took it."""
    if isinstance(error, ProviderRefused | ProviderBusy) and error.status in NOT_COUNTED:
        return
    now = ledger.now()
    with ledger.transaction() as connection:
        breaker = _find(connection, account)
        if error is None:
            if breaker is not None:
                _write(connection, account, failures=0, open_until=None, held=False, why="")
            return
        failures = (breaker.failures if breaker is not None else 0) + 1
        asked_s = (error.retry_after_s or 0.0) if isinstance(error, ProviderBusy) else 0.0
        open_s = min(FIRST_OPEN_S * 2 ** max(failures - FAILURES_TO_OPEN, 0), MAX_OPEN_S)
        opens = failures >= FAILURES_TO_OPEN
        _write(
            connection,
            account,
            failures=failures,
            open_until=now + timedelta(seconds=max(open_s, asked_s)) if opens else None,
            held=isinstance(error, ProviderRefused) and error.status == 402,
            why=str(error)[:2000],
        )


def is_open(breaker: Breaker, now: datetime) -> bool:
    """Whether no order may be sent yet. A time that no pause reaches was written before the clock was set."""
    if breaker.held or breaker.open_until is None:
        return breaker.held
    return now < breaker.open_until <= now + timedelta(seconds=MAX_RETRY_AFTER_S + MAX_OPEN_S)


def reset(ledger: Ledger, account: str) -> bool:
    """Close the breaker of an account, or of all accounts with that name; return whether there was one."""
    columns = breakers.c
    named = sa.or_(columns.account == account, columns.account.startswith(f"{account} ", autoescape=True))
    with ledger.transaction() as connection:
        return connection.execute(breakers.delete().where(named)).rowcount > 0


def list_breakers(ledger: Ledger) -> list[Breaker]:
    """Return the breakers of all accounts that have refused an order, sorted by name."""
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
