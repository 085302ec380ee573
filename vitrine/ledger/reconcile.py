"""What became of an order that left without a receipt: read it from the provider's own list of jobs.

An unknown purchase is settled only by what cannot be otherwise. *Bought*: exactly one listed job has its
model and all its settings (the seed is in them, and differs from photo to photo), belongs to no other
purchase, and no other open order has the same settings. *Not bought*: the list reaches back beyond the order,
and no listed job fits. Everything else is held for a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import JsonValue

from vitrine.errors import StatusUnavailable
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.models import Job
from vitrine.progress import say
from vitrine.providers.base import Generator, RecentJobs, SeenJob
from vitrine.providers.clock import SYSTEM_CLOCK, Clock
from vitrine.record import Record

MEMORY_S = 3000.0
"""EmpirioLabs forgets a job an hour after it is done: an older order may have left the list again."""
CLOCKS_APART_S = 600.0
"""How far the provider's clock and ours may be apart, where times are all there is."""


class Verdict(Record):
    """What the list says of one purchase."""

    outcome: Literal["bought", "not-bought", "open"]
    request_id: str | None = None
    why: str = ""


async def reconcile(
    purchase: Purchase, generator: Generator, ledger: Ledger, *, clock: Clock = SYSTEM_CLOCK
) -> Verdict:
    """Settle an unknown purchase if the provider's list can, and write the result into the ledger.

    Waits until the order would have turned up (`generator.settle_s` after it left). A provider without a
    list, a list that cannot be had, or one that leaves a doubt gives an open verdict, and changes nothing.
    """
    left_at = purchase.submitting_at or purchase.claimed_at
    early_s = generator.settle_s - (ledger.now() - left_at).total_seconds()
    if early_s > 0:
        say(f"an order without a receipt: looking it up in {early_s:.0f} s")
        await clock.sleep(early_s)
    try:
        recent = await generator.recent_jobs()
    except StatusUnavailable as error:
        return Verdict(outcome="open", why=f"the provider's job list cannot be had: {error}")
    if recent is None:
        return Verdict(outcome="open", why="the provider lists no jobs")
    known = await asyncio.to_thread(ledger.receipts, purchase.provider)
    verdict = judge(purchase, recent, known, now=ledger.now())
    if verdict.outcome == "bought" and verdict.request_id is not None:
        rivals = await asyncio.to_thread(ledger.open_orders, purchase.provider)
        if any(rival.settings == purchase.settings for rival in rivals if rival.key != purchase.key):
            return Verdict(outcome="open", why=f"{verdict.why}, or another order's with the same settings")
        job = Job(
            key=purchase.key,
            provider=purchase.provider,
            request_id=verdict.request_id,
            price_usd=purchase.price_usd,
            submitted_at=left_at,
        )
        if not await asyncio.to_thread(ledger.adopt, job):
            return Verdict(
                outcome="open", why=f"job {job.request_id} was taken by another purchase meanwhile"
            )
    elif verdict.outcome == "not-bought":
        await asyncio.to_thread(ledger.release, purchase.key, verdict.why)
    say(f"an order without a receipt was {verdict.outcome}: {verdict.why}")
    return verdict


def judge(purchase: Purchase, recent: RecentJobs, known: Mapping[str, datetime], *, now: datetime) -> Verdict:
    """What the list says; `known` are the receipts in the ledger, request id -> when it was submitted."""
    left_at = purchase.submitting_at or purchase.claimed_at
    free = [job for job in recent.jobs if job.request_id not in known]
    fits = [job for job in free if _same(job, purchase)]
    if len(fits) == 1:
        return Verdict(outcome="bought", request_id=fits[0].request_id, why=f"it is job {fits[0].request_id}")
    if fits:
        named = ", ".join(job.request_id for job in fits)
        return Verdict(outcome="open", why=f"several listed jobs fit: {named}")
    mute = [job.request_id for job in free if job.settings is None and _may_be(job, left_at)]
    if mute:
        return Verdict(outcome="open", why=f"the list does not say what was ordered with: {', '.join(mute)}")
    if (now - left_at).total_seconds() > MEMORY_S:
        return Verdict(outcome="open", why="it is too old to be missed in the list")
    if not _reaches_back(recent, known, left_at):
        return Verdict(outcome="open", why=f"the list of {len(recent.jobs)} jobs does not reach back to it")
    return Verdict(outcome="not-bought", why="it is not in the provider's list of jobs")


def _same(job: SeenJob, purchase: Purchase) -> bool:
    if job.settings is None or job.model not in (None, purchase.model):
        return False
    said: dict[str, JsonValue] = job.settings
    return all(name in said and str(said[name]) == str(value) for name, value in purchase.settings.items())


def _may_be(job: SeenJob, left_at: datetime) -> bool:
    apart = timedelta(seconds=CLOCKS_APART_S)
    return job.created_at is None or left_at - apart <= job.created_at <= left_at + apart


def _reaches_back(recent: RecentJobs, known: Mapping[str, datetime], left_at: datetime) -> bool:
    """Newest first: a job known to be older than the order stands below where the order would stand."""
    if recent.complete:
        return True
    older = any(known[job.request_id] < left_at for job in recent.jobs if job.request_id in known)
    oldest = recent.jobs[-1].created_at if recent.jobs else None
    return older or (oldest is not None and oldest < left_at - timedelta(seconds=CLOCKS_APART_S))
