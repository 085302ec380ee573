"""Turns leased from the ledger's database: workers share an account's rate through one row."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from vitrine.ledger.ledger import Ledger
from vitrine.ledger.schema import paces
from vitrine.providers.base import Generator
from vitrine.providers.http.rate_limiter import Lease, Pacer, Rate, take_turns

_PACERS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], Pacer]] = WeakKeyDictionary()


def pace(generator: Generator, ledger: Ledger) -> None:
    """Give a generator its account's pacer, if the account has a rate: one for each ledger and event loop."""
    if generator.requests_per_minute is None or generator.pacer is not None:
        return
    pacers = _PACERS.setdefault(asyncio.get_running_loop(), {})
    rate = Rate(per_minute=generator.requests_per_minute)
    name = (ledger.name, generator.name)
    if name not in pacers or pacers[name].rate != rate:
        pacers[name] = Pacer(rate, lease_from(ledger, generator.name))
    generator.pacer = pacers[name]


def lease_from(ledger: Ledger, account: str, *, now_s: Callable[[], float] = time.time) -> Lease:
    """A lease of turns at `account`. On PostgreSQL the database's clock counts, not each machine's."""

    async def lease(rate: Rate, turns: int) -> list[float]:
        return await asyncio.to_thread(take, rate, turns)

    def take(rate: Rate, turns: int) -> list[float]:
        with ledger.transaction() as connection:
            row = sa.select(paces.c.empty_at_s).where(paces.c.account == account).with_for_update()
            empty_at_s = connection.execute(row).scalar()
            if empty_at_s is None:
                _insert(connection, account)
                empty_at_s = connection.execute(row).scalar_one()
            now = _now_s(connection, now_s)
            waits, empty_at_s = take_turns(empty_at_s, now, rate, turns)
            connection.execute(paces.update().where(paces.c.account == account).values(empty_at_s=empty_at_s))
        return waits

    return lease


def _insert(connection: Connection, account: str) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(dialect.insert(paces).values(account=account, empty_at_s=0.0).on_conflict_do_nothing())


def _now_s(connection: Connection, now_s: Callable[[], float]) -> float:
    if connection.dialect.name == "postgresql":
        return float(connection.execute(sa.text("select extract(epoch from clock_timestamp())")).scalar_one())
    return now_s()
