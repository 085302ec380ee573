"""A job, and where it stands at a given time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vitrine.record import Record
from vitrine.sandbox.jobs.sales import Sale

State = Literal["queued", "processing", "completed", "failed", "error", "cancelled"]
ENDED: frozenset[State] = frozenset({"completed", "failed", "error", "cancelled"})


@dataclass(slots=True)
class Job:
    """A sale under way. Everything but the sale can be found again after a restart."""

    sale: Sale
    made_at: float | None = None
    """When the engine was done with it, by the service's clock."""
    problem: str | None = None
    """Why the engine could not make it."""
    cancelled_at: float | None = None
    odd_answers: int = 0
    """How many answers still carry an undocumented status."""


class Phase(Record):
    """What the service would say of a job now."""

    state: State
    progress: float
    ended_at: float | None = None
    problem: str | None = None


def phase_of(job: Job, now: float, *, queue_s: float, latency_s: float) -> Phase:
    """QUEUED for `queue_s`, then PROCESSING for `latency_s`, and until the model is made."""
    fates = job.sale.fates
    if job.cancelled_at is not None:
        return Phase(
            state="cancelled", progress=0, ended_at=job.cancelled_at, problem="cancelled by the user"
        )
    since = now - job.sale.at
    queue_s += job.sale.queue_s
    if since < queue_s:
        return Phase(state="queued", progress=0)
    passed = (since - queue_s) / latency_s if latency_s else 0.5
    if job.made_at is None or "stuck-job" in fates:
        return Phase(state="processing", progress=min(passed, 0.95))
    ended_at = max(job.sale.at + queue_s + latency_s, job.made_at)
    if now < ended_at:
        return Phase(state="processing", progress=min(passed, 0.99))
    if "error-job" in fates:
        return Phase(state="error", progress=0, ended_at=ended_at, problem="system error")
    if "cancel-job" in fates:
        return Phase(state="cancelled", progress=0, ended_at=ended_at, problem="cancelled")
    if "fail-job" in fates:
        return Phase(
            state="failed", progress=0, ended_at=ended_at, problem="generation failed: out of memory"
        )
    if job.problem is not None:
        return Phase(state="failed", progress=0, ended_at=ended_at, problem=job.problem)
    return Phase(state="completed", progress=1, ended_at=ended_at)
