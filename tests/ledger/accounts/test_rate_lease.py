"""Turns from the database: shared by workers, kept by its clock."""

from __future__ import annotations

import asyncio
from typing import Any

from vitrine.ledger import Ledger
from vitrine.ledger.accounts.rate_lease import attach_rate_limiter, lease_from
from vitrine.providers.http.rate_limiter import Rate

RATE = Rate(per_minute=50)


async def test_workers_share_one_bucket(url: str) -> None:
    ledgers = [Ledger.open(url) for _ in range(4)]
    leases = [lease_from(ledger, "empiriolabs") for ledger in ledgers]
    waits = await asyncio.gather(*(lease(RATE, 5) for lease in leases for _ in range(5)))
    times = sorted(wait for block in waits for wait in block)
    assert len(times) == 100
    assert sum(time < 0.5 for time in times) in (5, 6, 7)  # the burst, once
    assert times[-1] > 90 * RATE.interval_s
    assert max(sum(start <= time < start + 60 for time in times) for start in times) <= 50
    other = await lease_from(ledgers[0], "pixazo")(RATE, 1)
    assert other == [0.0]
    for ledger in ledgers:
        ledger.close()


async def test_all_adapters_of_an_account_share_one_rate_limiter(ledger: Ledger, fake_provider: Any) -> None:
    attach_rate_limiter(fake_provider, ledger)
    assert fake_provider.rate_limiter is None
    fake_provider.requests_per_minute = 50.0
    attach_rate_limiter(fake_provider, ledger)
    twin = type(fake_provider)(requests_per_minute=50.0)
    attach_rate_limiter(twin, ledger)
    assert twin.rate_limiter is fake_provider.rate_limiter
    other = type(fake_provider)(name="pixazo", requests_per_minute=50.0)
    attach_rate_limiter(other, ledger)
    assert other.rate_limiter is not fake_provider.rate_limiter
