"""Is an order in the provider's list of jobs? Bought, not bought, or open: only what cannot be otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import JsonValue

from vitrine.ledger.purchase import Purchase
from vitrine.providers.base import ListedJob, RecentJobs
from vitrine.purchasing.reconcile.verdict import CLOCKS_APART_S, Verdict, near_in_time

MEMORY_S = 3000.0
"""EmpirioLabs forgets a job an hour after it is done: an older order may have left the list again."""


def check_job_list(
    purchase: Purchase, recent: RecentJobs, known: Mapping[str, datetime], *, now: datetime
) -> Verdict:
    """What the list says; `known` are the receipts in the ledger, request id -> when it was submitted."""
    left_at = purchase.left_at
    free = [job for job in recent.jobs if job.request_id not in known]
    fits = [job for job in free if same_order(job, purchase)]
    if len(fits) == 1:
        return Verdict(outcome="bought", request_id=fits[0].request_id, why=f"it is job {fits[0].request_id}")
    if fits:
        named = ", ".join(job.request_id for job in fits)
        return Verdict(outcome="open", why=f"several listed jobs fit: {named}")
    mute = [job.request_id for job in free if job.settings is None and near_in_time(job.created_at, left_at)]
    if mute:
        return Verdict(outcome="open", why=f"the list does not say what was ordered with: {', '.join(mute)}")
    if (now - left_at).total_seconds() > MEMORY_S:
        return Verdict(outcome="open", why="it is too old to be missed in the list")
    if not _reaches_back(recent, known, left_at):
        return Verdict(outcome="open", why=f"the list of {len(recent.jobs)} jobs does not reach back to it")
    return Verdict(outcome="not-bought", why="it is not in the provider's list of jobs")


def same_order(job: ListedJob, purchase: Purchase) -> bool:
    """Whether a job of the provider's list has the settings of a purchase."""
    if job.settings is None or job.model not in (None, purchase.model):
        return False
    said: dict[str, JsonValue] = job.settings
    return all(name in said and str(said[name]) == str(value) for name, value in purchase.settings.items())


def _reaches_back(recent: RecentJobs, known: Mapping[str, datetime], left_at: datetime) -> bool:
    """Newest first: a job known to be older than the order stands below where the order would stand."""
    if recent.complete:
        return True
    older = any(known[job.request_id] < left_at for job in recent.jobs if job.request_id in known)
    oldest = recent.jobs[-1].created_at if recent.jobs else None
    return older or (oldest is not None and oldest < left_at - timedelta(seconds=CLOCKS_APART_S))
