"""A job and its status at a given time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vitrine.record import Record
from vitrine.sandbox.jobs.sales_log import Sale

State = Literal["queued", "processing", "completed", "failed", "error", "cancelled"]
ENDED: frozenset[State] = frozenset({"completed", "failed", "error", "cancelled"})


@dataclass(slots=True)
class Job:
    """The job of a sale. A restarted sandbox restores all of it from the sale and the model file."""

    sale: Sale
    generated_at: float | None = None
    """When the engine finished, by the sandbox's clock."""
    error: str | None = None
    """Why the engine failed."""
    cancelled_at: float | None = None
    odd_statuses: int = 0
    """How many status responses still carry an undocumented status."""


class JobStatus(Record):
    """The status that the sandbox reports for a job."""

    state: State
    progress: float
    """From 0 to 1."""
    ended_at: float | None = None
    error: str | None = None


def status_at(job: Job, now: float, *, queue_s: float, latency_s: float) -> JobStatus:
    """The status of a job at the time `now`.

    A job is queued for `queue_s` and then processed for `latency_s`, or longer, until its model is generated.
    """
    faults = job.sale.job_faults
    if job.cancelled_at is not None:
        return JobStatus(
            state="cancelled", progress=0, ended_at=job.cancelled_at, error="cancelled by the user"
        )
    since = now - job.sale.sold_at
    queue_s += job.sale.queue_s
    if since < queue_s:
        return JobStatus(state="queued", progress=0)
    passed = (since - queue_s) / latency_s if latency_s else 0.5
    if job.generated_at is None or "stuck-job" in faults:
        return JobStatus(state="processing", progress=min(passed, 0.95))
    ended_at = max(job.sale.sold_at + queue_s + latency_s, job.generated_at)
    if now < ended_at:
        return JobStatus(state="processing", progress=min(passed, 0.99))
    if "error-job" in faults:
        return JobStatus(state="error", progress=0, ended_at=ended_at, error="system error")
    if "cancel-job" in faults:
        return JobStatus(state="cancelled", progress=0, ended_at=ended_at, error="cancelled")
    if "fail-job" in faults:
        return JobStatus(
            state="failed", progress=0, ended_at=ended_at, error="generation failed: out of memory"
        )
    if job.error is not None:
        return JobStatus(state="failed", progress=0, ended_at=ended_at, error=job.error)
    return JobStatus(state="completed", progress=1, ended_at=ended_at)
