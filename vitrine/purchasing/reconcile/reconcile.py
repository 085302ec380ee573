"""Reconciling an order that was sent and has no receipt with the provider's list of jobs and its bill.

An unknown purchase is settled only if there is no other explanation. It is *bought* if exactly one listed job
has its model and all its settings (the seed, which differs from photo to photo, is one of them), no other
purchase has that job, and no other open order has the same settings. It is *not bought* if the list reaches
back beyond the order, no listed job matches, and the bill, if there is one, has no unexplained charge. If the
list leaves it open, the bill may still settle it (`check_bill`). Everything else is held for a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import StatusUnavailable
from vitrine.ledger.accounts.fingerprints import account_of, is_same_account, record_account
from vitrine.ledger.age import Age
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.models import Job
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider, RecentCharges, RecentJobs
from vitrine.purchasing.own_account import why_not_own
from vitrine.purchasing.reconcile.bill import check_bill
from vitrine.purchasing.reconcile.job_list import check_job_list, is_same_order
from vitrine.purchasing.reconcile.verdict import Verdict

T = TypeVar("T")


async def reconcile(
    purchase: Purchase, provider: ImageTo3DProvider, ledger: Ledger, *, clock: Clock = SYSTEM_CLOCK
) -> Verdict:
    """Settle an unknown purchase if the provider's list or bill can, and record the result in the ledger.

    Waits until the order would be listed (`provider.listing_delay_s` after it was sent). The verdict is open,
    and nothing is recorded, if the order was sent with another wallet's key, if the provider has neither list
    nor bill, if they cannot be read, or if doubt remains.
    """
    foreign = await why_not_own(purchase, provider, ledger)
    if foreign is not None:
        return Verdict(outcome="open", why=foreign)
    sent_at = purchase.sent_at
    age = await asyncio.to_thread(ledger.age, purchase)
    early_s = provider.listing_delay_s - age.at_least_s
    if early_s > 0:
        log_progress(f"an order without a receipt: looking it up in {early_s:.0f} s")
        await clock.sleep(early_s)
    # In this order: a job charged after the bill was read is listed, one listed after that has its receipt.
    bill = await _read(provider.recent_charges, "it shows no bill", "account usage")
    recent = await _read(provider.recent_jobs, "the provider lists no jobs", "job list")
    known = await asyncio.to_thread(ledger.receipts, purchase.provider)
    open_orders = await asyncio.to_thread(ledger.open_orders, purchase.provider)
    rivals = [
        rival
        for rival in open_orders
        if rival.key != purchase.key and is_same_account(ledger, rival.account, purchase.account)
    ]
    verdict = decide(purchase, recent, bill, known, rivals, age=await asyncio.to_thread(ledger.age, purchase))
    if verdict.outcome == "bought" and verdict.request_id is not None:
        job = Job(
            key=purchase.key,
            provider=purchase.provider,
            request_id=verdict.request_id,
            price_usd=purchase.price_usd,
            submitted_at=sent_at,
        )
        if not await asyncio.to_thread(ledger.assign_job, job):
            why = f"job {job.request_id} was taken by another purchase meanwhile"
            return Verdict(outcome="open", why=why)
        await asyncio.to_thread(record_account, ledger, purchase.key, account_of(provider, ledger))
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
    age: Age,
) -> Verdict:
    """Return what list and bill say together; a text in place of one says why it is missing.

    A listed job with the order's settings is proof. Otherwise the bill counts for more: a charge overrules a
    list that misses the order, but its absence proves something only by the stricter rules of `check_bill`.
    """
    others: tuple[str, ...] = ()
    if isinstance(recent, str):
        by_list = Verdict(outcome="open", why=recent)
    else:
        by_list = check_job_list(purchase, recent, known, age=age)
        others = _jobs_of_others(purchase, recent)
    if by_list.outcome == "bought":
        if any(rival.settings == purchase.settings for rival in rivals):
            return Verdict(outcome="open", why=f"{by_list.why}, or another order's with the same settings")
        return by_list
    if isinstance(bill, str):
        return by_list if by_list.outcome == "not-bought" else _with_reason(by_list, bill)
    by_bill = check_bill(purchase, bill, known, others=others, rivals=rivals, age=age)
    if by_bill.outcome != "open" or by_bill.contradicts:
        return by_bill
    return by_list if by_list.outcome == "not-bought" else _with_reason(by_list, by_bill.why)


def _jobs_of_others(purchase: Purchase, recent: RecentJobs) -> tuple[str, ...]:
    """Return the listed jobs whose settings show that they are not this order's."""
    return tuple(
        job.request_id for job in recent.jobs if job.settings is not None and not is_same_order(job, purchase)
    )


def _with_reason(verdict: Verdict, why: str) -> Verdict:
    return verdict.model_copy(update={"why": f"{verdict.why}; {why}"})


async def _read(get: Callable[[], Awaitable[T | None]], missing: str, what: str) -> T | str:
    """Return what `get` returns, or in words why there is nothing."""
    try:
        found = await get()
    except StatusUnavailable as error:
        return f"the provider's {what} cannot be had: {error}"
    return missing if found is None else found
