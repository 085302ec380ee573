"""Sightings that a provider does not have a paid job or its file, and when they are enough to give it up.

One 404 proves nothing: a router, a cache or a replica may answer it for seconds or minutes. A purchase
becomes `expired` only when the time is over for which its provider keeps the job, or the links that the
ledger has, and when it was not found `MIN_SIGHTINGS` times over `MIN_SPAN_S`.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from vitrine.errors import JobExpired, JobNotFound
from vitrine.ledger.age import Age
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.models import Job
from vitrine.models.job_status import JobStatus
from vitrine.providers.base import ImageTo3DProvider

MIN_SIGHTINGS = 3
MIN_SPAN_S = 600.0
LONGEST_JOB_S = 3600.0
"""A job whose end nobody saw has ended by then, with its time in the queue; hosted ones took 57 to 255 s."""


def kept_until(purchase: Purchase, provider: ImageTo3DProvider) -> datetime:
    """Return until when the provider has the job, or the file behind the links that the ledger has.

    The count starts when the job was first seen as completed, or else when it must have ended.
    """
    return _start(purchase) + timedelta(seconds=_memory_s(purchase, provider))


def may_be_kept(purchase: Purchase, provider: ImageTo3DProvider, now: datetime, age: Age) -> bool:
    """Whether the provider may still have a job, by the longest time that it keeps anything.

    One of two clocks that says so is enough: the ledger's may have been set forward.
    """
    memory_s = max(provider.job_memory_s, provider.link_memory_s)
    by_clock = now <= _start(purchase) + timedelta(seconds=memory_s)
    return by_clock or age.at_least_s <= memory_s + _making_s(purchase)


def is_expired(purchase: Purchase, provider: ImageTo3DProvider, now: datetime, age: Age) -> bool:
    """Whether the sightings are enough to give a purchase up; the time must be over by every clock."""
    first = purchase.first_missing_at
    return (
        first is not None
        and purchase.missing_seen >= MIN_SIGHTINGS
        and now - first >= timedelta(seconds=MIN_SPAN_S)
        and now > kept_until(purchase, provider)
        and age.at_least_s > _memory_s(purchase, provider) + _making_s(purchase)
    )


def _start(purchase: Purchase) -> datetime:
    sent = purchase.submitted_at or purchase.sent_at
    return purchase.completed_at or sent + timedelta(seconds=LONGEST_JOB_S)


def _making_s(purchase: Purchase) -> float:
    return LONGEST_JOB_S if purchase.completed_at is None else 0.0


def _memory_s(purchase: Purchase, provider: ImageTo3DProvider) -> float:
    return provider.link_memory_s if purchase.result_urls else provider.job_memory_s


class Sightings:
    """What one process hears of one job, recorded in the ledger so that later processes go on from there."""

    def __init__(self, job: Job, provider: ImageTo3DProvider, ledger: Ledger) -> None:
        self._job = job
        self._provider = provider
        self._ledger = ledger
        self._missing = True  # a process before this one may have recorded some

    async def hear(self, answer: JobStatus | JobNotFound) -> None:
        """Record an answer about the job. Raises `JobExpired` if the sightings are enough to give it up."""
        if isinstance(answer, JobNotFound):
            await self._not_found(answer)
        elif self._missing and answer.state in ("queued", "processing"):
            self._missing = False
            await asyncio.to_thread(self._ledger.record_found, self._job.key)

    async def _not_found(self, error: JobNotFound) -> None:
        self._missing = True
        purchase = await asyncio.to_thread(self._ledger.record_not_found, self._job.key)
        if purchase is None:
            return
        age = await asyncio.to_thread(self._ledger.age, purchase)
        if is_expired(purchase, self._provider, self._ledger.now(), age):
            since = f"{purchase.missing_seen} times since {purchase.first_missing_at:%Y-%m-%d %H:%M} UTC"
            why = f"{error}; not found {since}, and {self._provider.name} keeps it no longer"
            raise JobExpired(why) from error

    async def explain(self, error: JobNotFound) -> JobNotFound:
        """Return the error with what is known of the job and what comes next."""
        purchase = await asyncio.to_thread(self._ledger.get, self._job.key)
        if purchase is None:
            return error
        until = kept_until(purchase, self._provider)
        return JobNotFound(
            f"{error}; not found {purchase.missing_seen} times so far. It is paid and stays in the ledger: "
            f"the next run asks again, and it is given up only after {until:%Y-%m-%d %H:%M} UTC"
        )
