"""Turns from the database: shared by workers, kept by its clock."""

from __future__ import annotations

import asyncio
from typing import Any

from vitrine.ledger import Ledger
from vitrine.ledger.rate_lease import attach_rate_limiter, lease_from
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


async def test_an_account_with_a_rate_gets_one_pacer_for_all_its_adapters(
    ledger: Ledger, seller: Any
) -> None:
    attach_rate_limiter(seller, ledger)
    assert seller.rate_limiter is None
    seller.requests_per_minute = 50.0
    attach_rate_limiter(seller, ledger)
    twin = type(seller)(requests_per_minute=50.0)
    attach_rate_limiter(twin, ledger)
    assert twin.rate_limiter is seller.rate_limiter
    stranger = type(seller)(name="pixazo", requests_per_minute=50.0)
    attach_rate_limiter(stranger, ledger)
    assert stranger.rate_limiter is not seller.rate_limiter
