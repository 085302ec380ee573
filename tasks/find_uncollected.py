"""Find the paid models that no run waits for."""

from __future__ import annotations

import asyncio

from tasks.policy import step
from tasks.resources import ledger, open_accounts
from vitrine.ledger.purchase import Purchase
from vitrine.purchasing import collect_models as collecting


@step()
async def find_uncollected(account: str) -> list[Purchase]:
    """Return the purchases at the accounts behind `account` whose process has ended or has given up."""
    async with open_accounts(account) as (providers, _):
        now = await asyncio.to_thread(ledger().now)
        return await asyncio.to_thread(collecting.find_uncollected, ledger(), providers, now=now)
