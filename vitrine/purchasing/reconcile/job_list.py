"""Looking for an order in the provider's list of jobs: the verdict is open unless it cannot be otherwise."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import JsonValue

from vitrine.ledger.age import Age
from vitrine.ledger.purchase import Purchase
from vitrine.plain_text import count_of
from vitrine.providers.base import ListedJob, RecentJobs
from vitrine.purchasing.reconcile.verdict import CLOCK_SKEW_S, Verdict, near_in_time

LISTED_FOR_S = 3000.0
"""EmpirioLabs deletes a job an hour after it is done: an older order may no longer be listed."""


def check_job_list(
    purchase: Purchase, recent: RecentJobs, known: Mapping[str, datetime], *, age: Age
) -> Verdict:
    """Return what the list says; `known` are the ledger's receipts, request id -> time of submission."""
    sent_at = purchase.sent_at
    unclaimed = [job for job in recent.jobs if job.request_id not in known]
    matches = [job for job in unclaimed if is_same_order(job, purchase)]
    if len(matches) == 1:
        request_id = matches[0].request_id
        return Verdict(outcome="bought", request_id=request_id, why=f"it is job {request_id}")
    if matches:
        named = ", ".join(job.request_id for job in matches)
        return Verdict(outcome="open", why=f"several listed jobs fit: {named}")
    offset = None if age.clock_was_set else _clock_offset(recent, known)
    without_settings = [
        job.request_id
        for job in unclaimed
        if job.settings is None and (offset is None or near_in_time(job.created_at, sent_at + offset))
    ]
    if without_settings:
        named = ", ".join(without_settings)
        return Verdict(outcome="open", why=f"the list does not say what was ordered with: {named}")
    if age.at_most_s > LISTED_FOR_S:
        return Verdict(outcome="open", why="it is too old to be missed in the list")
    if not _reaches_back(recent, {} if age.clock_was_set else known, sent_at, offset):
        return Verdict(
            outcome="open", why=f"the list of {count_of(len(recent.jobs), 'job')} does not reach back to it"
        )
    return Verdict(outcome="not-bought", why="it is not in the provider's list of jobs")


def is_same_order(job: ListedJob, purchase: Purchase) -> bool:
    """Whether a listed job shows the model and all settings of a purchase."""
    if job.settings is None or job.model not in (None, purchase.model):
        return False
    listed: dict[str, JsonValue] = job.settings
    return all(
        name in listed and str(listed[name]) == str(value) for name, value in purchase.settings.items()
    )


def _clock_offset(recent: RecentJobs, known: Mapping[str, datetime]) -> timedelta | None:
    """Return how far the provider's clock is ahead of the ledger's, by the listed jobs that are known.

    `None` if there are none: then no time of the list can be compared with the time of an order.
    """
    offsets = [
        (job.created_at - known[job.request_id]).total_seconds()
        for job in recent.jobs
        if job.request_id in known and job.created_at is not None
    ]
    return timedelta(seconds=statistics.median(offsets)) if offsets else None


def _reaches_back(
    recent: RecentJobs, known: Mapping[str, datetime], sent_at: datetime, offset: timedelta | None
) -> bool:
    """Whether the list, newest first, goes back beyond the order: it has a job that is older."""
    if recent.complete:
        return True
    older = any(known[job.request_id] < sent_at for job in recent.jobs if job.request_id in known)
    oldest = recent.jobs[-1].created_at if recent.jobs else None
    if oldest is None or offset is None:
        return older
    return older or oldest - offset < sent_at - timedelta(seconds=CLOCK_SKEW_S)
