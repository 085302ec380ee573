"""What became of an order that left without a receipt: asked of the provider's list of jobs, and of its bill.

An unknown purchase is settled only by what cannot be otherwise. *Bought*: exactly one listed job has its
model and all its settings (the seed is in them, and differs from photo to photo), belongs to no other
purchase, and no other open order has the same settings. *Not bought*: the list reaches back beyond the order,
no listed job fits, and the bill, where there is one, has no charge that nobody claims. Where the list leaves
it open the bill may still settle it (`check_bill`). Everything else is held for a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import StatusUnavailable
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.models import Job
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider, RecentCharges, RecentJobs
from vitrine.purchasing.reconcile.bill import check_bill
from vitrine.purchasing.reconcile.job_list import check_job_list, same_order
from vitrine.purchasing.reconcile.verdict import Verdict

T = TypeVar("T")


async def reconcile(
    purchase: Purchase, provider: ImageTo3DProvider, ledger: Ledger, *, clock: Clock = SYSTEM_CLOCK
) -> Verdict:
    """Settle an unknown purchase if the provider's list or bill can, and write the result into the ledger.

    Waits until the order would have turned up (`provider.listing_delay_s` after it left). A provider with
    neither, answers that cannot be had, or that leave a doubt, give an open verdict, and change nothing.
    """
    left_at = purchase.left_at
    early_s = provider.listing_delay_s - (ledger.now() - left_at).total_seconds()
    if early_s > 0:
        log_progress(f"an order without a receipt: looking it up in {early_s:.0f} s")
        await clock.sleep(early_s)
    # In this order: what is charged meanwhile is listed, and what is listed meanwhile has its receipt.
    bill = await _told(provider.recent_charges, "it shows no bill", "account usage")
    recent = await _told(provider.recent_jobs, "the provider lists no jobs", "job list")
    known = await asyncio.to_thread(ledger.receipts, purchase.provider)
    open_orders = await asyncio.to_thread(ledger.open_orders, purchase.provider)
    rivals = [rival for rival in open_orders if rival.key != purchase.key]
    verdict = decide(purchase, recent, bill, known, rivals, now=ledger.now())
    if verdict.outcome == "bought" and verdict.request_id is not None:
        job = Job(
            key=purchase.key,
            provider=purchase.provider,
            request_id=verdict.request_id,
            price_usd=purchase.price_usd,
            submitted_at=left_at,
        )
        if not await asyncio.to_thread(ledger.assign_job, job):
            return Verdict(
                outcome="open", why=f"job {job.request_id} was taken by another purchase meanwhile"
            )
    elif verdict.outcome == "not-bought":
        await asyncio.to_thread(ledger.settle, purchase, "refused", verdict.why)
    log_progress(f"an order without a receipt was {verdict.outcome}: {verdict.why}")
    return verdict


def decide(
    purchase: Purchase,
    recent: RecentJobs | str,
    bill: RecentCharges | str,
    known: Mapping[str, datetime],
    rivals: Sequence[Purchase],
    *,
    now: datetime,
) -> Verdict:
    """What list and bill say together; a text in their place says why there is none.

    A job whose settings the list shows is believed at once. The bill proves the rest: it overrules a list
    that misses a job, and its silence alone counts only by its own, stricter rules.
    """
    others: tuple[str, ...] = ()
    if isinstance(recent, str):
        listed = Verdict(outcome="open", why=recent)
    else:
        listed = check_job_list(purchase, recent, known, now=now)
        others = _of_others(purchase, recent)
    if listed.outcome == "bought":
        if any(rival.settings == purchase.settings for rival in rivals):
            return Verdict(outcome="open", why=f"{listed.why}, or another order's with the same settings")
        return listed
    if isinstance(bill, str):
        return listed if listed.outcome == "not-bought" else _both(listed, bill)
    billed = check_bill(purchase, bill, known, others=others, rivals=rivals, now=now)
    if billed.outcome != "open" or billed.contradicts:
        return billed
    return listed if listed.outcome == "not-bought" else _both(listed, billed.why)


def _of_others(purchase: Purchase, recent: RecentJobs) -> tuple[str, ...]:
    """Listed jobs whose settings show that they are not this order's."""
    return tuple(j.request_id for j in recent.jobs if j.settings is not None and not same_order(j, purchase))


def _both(listed: Verdict, billed: str) -> Verdict:
    return listed.model_copy(update={"why": f"{listed.why}; {billed}"})


async def _told(ask: Callable[[], Awaitable[T | None]], none: str, what: str) -> T | str:
    try:
        answer = await ask()
    except StatusUnavailable as error:
        return f"the provider's {what} cannot be had: {error}"
    return none if answer is None else answer
