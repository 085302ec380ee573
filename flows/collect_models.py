"""Fetch every paid model that no run waits for."""

from __future__ import annotations

import asyncio

from prefect import State, flow
from prefect.states import Completed, Failed

from tasks.collect_model import collect_model
from tasks.find_uncollected import find_uncollected
from tasks.policy import enable_progress_log
from tasks.report_collected import report_collected
from vitrine.ledger.purchase import Purchase
from vitrine.plain_text import count_of
from vitrine.purchasing.collect_models import Collected

AT_ONCE = 8
"""How many models are fetched at once. They share the rate of their account with all runs."""


@flow(name="collect-models")
async def collect_models(account: str = "sandbox", deadline_s: float = 600.0) -> State[list[Collected]]:
    """Fetch the paid models at `account` whose process has ended or has given up; buy nothing.

    Orders without a receipt are looked up first. The run fails if a paid model cannot be fetched, or is lost.

    Args:
        account: The accounts that the other deployments buy from, separated by commas.
        deadline_s: Seconds to wait for a job; one that is not done by then is left to the next run.
    """
    enable_progress_log()
    collected = await collect_all(await find_uncollected(account), account, deadline_s)
    await report_collected(collected)
    fetched = sum(line.outcome == "fetched" for line in collected)
    bad = [line for line in collected if line.outcome in ("error", "lost")]
    message = f"{fetched} of {count_of(len(collected), 'model')} fetched"
    if bad:
        return Failed(message=f"{message}; {bad[0].key[:12]}: {bad[0].message}", data=collected)
    return Completed(message=message, data=collected)


async def collect_all(purchases: list[Purchase], account: str, deadline_s: float) -> list[Collected]:
    """Collect the models of purchases, a few at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(purchase: Purchase) -> Collected:
        async with slots:
            collected: Collected = await collect_model(purchase, account, deadline_s)
            return collected

    return list(await asyncio.gather(*(one(purchase) for purchase in purchases)))
