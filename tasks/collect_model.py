"""Fetch a paid model that no run waits for."""

from __future__ import annotations

from tasks.policy import step
from tasks.resources import ledger, open_provider, work_store
from vitrine.ledger.purchase import Purchase
from vitrine.purchasing.collect_models import Collected
from vitrine.purchasing.collect_models import collect_model as collect


@step()
async def collect_model(purchase: Purchase, account: str, deadline_s: float) -> Collected:
    """Look up an order without a receipt, then put its model into the work store; this buys nothing."""
    async with open_provider(account, purchase) as provider:
        return await collect(purchase, provider, ledger(), work_store(), deadline_s)
