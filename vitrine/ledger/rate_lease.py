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
from vitrine.ledger.schema import rate_limits
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.http.rate_limiter import Lease, Rate, RateLimiter, lease_slots

_RATE_LIMITERS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], RateLimiter]] = (
    WeakKeyDictionary()
)


def attach_rate_limiter(provider: ImageTo3DProvider, ledger: Ledger) -> None:
    """Give a provider its account's rate limiter, where it has a rate: one for each ledger and event loop."""
    if provider.requests_per_minute is None or provider.rate_limiter is not None:
        return
    rate_limiters = _RATE_LIMITERS.setdefault(asyncio.get_running_loop(), {})
    rate = Rate(per_minute=provider.requests_per_minute)
    name = (ledger.name, provider.name)
    if name not in rate_limiters or rate_limiters[name].rate != rate:
        rate_limiters[name] = RateLimiter(rate, lease_from(ledger, provider.name))
    provider.rate_limiter = rate_limiters[name]


def lease_from(ledger: Ledger, account: str, *, now_s: Callable[[], float] = time.time) -> Lease:
    """A lease of turns at `account`. On PostgreSQL the database's clock counts, not each machine's."""

    async def lease(rate: Rate, turns: int) -> list[float]:
        return await asyncio.to_thread(take, rate, turns)

    def take(rate: Rate, turns: int) -> list[float]:
        with ledger.transaction() as connection:
            row = (
                sa.select(rate_limits.c.empty_at_s).where(rate_limits.c.account == account).with_for_update()
            )
            empty_at_s = connection.execute(row).scalar()
            if empty_at_s is None:
                _insert(connection, account)
                empty_at_s = connection.execute(row).scalar_one()
            now = _now_s(connection, now_s)
            waits, empty_at_s = lease_slots(empty_at_s, now, rate, turns)
            connection.execute(
                rate_limits.update().where(rate_limits.c.account == account).values(empty_at_s=empty_at_s)
            )
        return waits

    return lease


def _insert(connection: Connection, account: str) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    connection.execute(
        dialect.insert(rate_limits).values(account=account, empty_at_s=0.0).on_conflict_do_nothing()
    )


def _now_s(connection: Connection, now_s: Callable[[], float]) -> float:
    if connection.dialect.name == "postgresql":
        return float(connection.execute(sa.text("select extract(epoch from clock_timestamp())")).scalar_one())
    return now_s()
