"""The rate limit that all workers share: slots leased from one row in the ledger's database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from vitrine.ledger.age import uptime_s
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.schema import rate_limits
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.http.rate_limiter import Lease, Rate, RateLimiter, lease_slots

_LIMITERS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], RateLimiter]] = (
    WeakKeyDictionary()
)

MAX_AHEAD_S = 600.0
"""How far ahead slots are leased at most: as far as four hundred processes lease them at 50 a minute."""


def attach_rate_limiter(provider: ImageTo3DProvider, ledger: Ledger) -> None:
    """Give a provider its account's rate limiter, if the account has a rate.

    There is one limiter for each account, ledger and event loop.
    """
    if provider.requests_per_minute is None or provider.rate_limiter is not None:
        return
    limiters = _LIMITERS.setdefault(asyncio.get_running_loop(), {})
    rate = Rate(per_minute=provider.requests_per_minute)
    name = (ledger.name, provider.name)
    if name not in limiters or limiters[name].rate != rate:
        limiters[name] = RateLimiter(rate, lease_from(ledger, provider.name))
    provider.rate_limiter = limiters[name]


def lease_from(ledger: Ledger, account: str, *, now_s: Callable[[], float] = uptime_s) -> Lease:
    """Return the lease of slots at `account`.

    The clock is the database server's; with SQLite it is `now_s`, this machine's time since boot, which
    nobody sets forward or back.
    """

    async def lease(rate: Rate, count: int) -> list[float]:
        return await asyncio.to_thread(take, rate, count)

    def take(rate: Rate, count: int) -> list[float]:
        columns = rate_limits.c
        with ledger.transaction() as connection:
            query = sa.select(columns.empty_at_s).where(columns.account == account).with_for_update()
            empty_at_s = connection.execute(query).scalar()
            if empty_at_s is None:
                _insert(connection, account)
                empty_at_s = connection.execute(query).scalar_one()
            now = _now_s(connection, now_s)
            if empty_at_s > now + MAX_AHEAD_S:  # by another clock: from before the machine's last start
                empty_at_s = now
            waits, empty_at_s = lease_slots(empty_at_s, now, rate, count)
            line = rate_limits.update().where(columns.account == account)
            connection.execute(line.values(empty_at_s=empty_at_s))
        return waits

    return lease


def _insert(connection: Connection, account: str) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(rate_limits).values(account=account, empty_at_s=0.0)
    connection.execute(new.on_conflict_do_nothing())


def _now_s(connection: Connection, now_s: Callable[[], float]) -> float:
    if connection.dialect.name == "postgresql":
        return float(connection.execute(sa.text("select extract(epoch from clock_timestamp())")).scalar_one())
    return now_s()
