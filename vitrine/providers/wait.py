"""Waiting for a job: look again freely, at a rhythm that fits the provider, and never without an end."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import JobExpired, JobFailed, JobLate, StatusUnavailable
from vitrine.job_status import JobStatus
from vitrine.models import Job
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider

SAFETY_NET_S = 300.0
"""How often a job is asked after whose provider calls back when it is done."""
LONGEST_PAUSE_S = 60.0
JITTER = 0.2
WaitForCallback = Callable[[float], Awaitable[None]]
"""Sleeps so many seconds, or less when there is news of the job."""
UNAVAILABLE_IN_A_ROW = 30
"""So many failed questions in a row, with growing pauses, are about half an hour: then the next run asks."""


def pause_s(waited_s: float, typical_s: float, poll_s: float) -> float:
    """Seconds until the next question, without jitter.

    A job is unlikely to be done long before its typical time: half of what is missing is slept over, but
    at least `poll_s`; past the typical time, pauses grow with the waiting (a tenth of it).
    """
    wanted = (typical_s - waited_s) / 2 if waited_s < typical_s else waited_s / 10
    return min(max(wanted, poll_s), LONGEST_PAUSE_S)


async def wait(
    provider: ImageTo3DProvider,
    job: Job,
    *,
    deadline_s: float,
    clock: Clock = SYSTEM_CLOCK,
    wait_for_callback: WaitForCallback | None = None,
) -> JobStatus:
    """Ask until the job is completed; return that status.

    Failed questions are asked again, later and later. Raises `JobFailed`, `JobExpired` (said twice, so that
    one stray 404 loses nothing), `JobLate` after `deadline_s` seconds, and `StatusUnavailable` when
    answers stay away for long or a person must act. With a `wait_for_callback`, questions on the clock fall
    to a slow safety net. The receipt stays good in all of them but the first two.
    """
    with provider.rate_limiter.polling_job() if provider.rate_limiter is not None else nullcontext():
        return await _wait(provider, job, deadline_s, clock, wait_for_callback)


def _pause_s(provider: ImageTo3DProvider, waited_s: float, spread: random.Random) -> float:
    """The pause with jitter.

    Where many jobs share a rate, it is as long as it takes to ask after all of them; then a question that is
    likely to come too early would cost a whole round, so it waits for the typical time to have passed.
    """
    pause = pause_s(waited_s, provider.typical_s, provider.poll_s)
    if provider.rate_limiter is not None and provider.rate_limiter.poll_interval_s > pause:
        pause = max(provider.rate_limiter.poll_interval_s, 1.25 * provider.typical_s - waited_s)
    return pause * spread.uniform(1 - JITTER, 1 + JITTER)


async def _wait(
    provider: ImageTo3DProvider,
    job: Job,
    deadline_s: float,
    clock: Clock,
    wait_for_callback: WaitForCallback | None,
) -> JobStatus:
    start = clock.now()
    spread = random.Random(job.request_id)
    if not job.reused:  # just bought: nothing to see yet
        await _rest(
            min(_pause_s(provider, 0.0, spread), deadline_s), deadline_s, provider, clock, wait_for_callback
        )
    expired, missed = 0, 0
    missed_for: StatusUnavailable | None = None
    while True:
        floor_s = 0.0
        try:
            status = await provider.status(job)
        except JobExpired:
            expired += 1
            if expired == 2:
                raise
        except StatusUnavailable as error:
            missed, missed_for = missed + 1, error
            if error.permanent or missed == UNAVAILABLE_IN_A_ROW:
                raise
            floor_s = max(error.retry_after_s or 0.0, min(provider.poll_s * 2**missed, LONGEST_PAUSE_S))
        else:
            expired, missed, missed_for = 0, 0, None
            waited_s = clock.now() - start
            if status.state == "completed":
                return status
            if status.state == "failed":
                bill = " (not charged)" if status.charged is False else ""
                raise JobFailed(
                    f"{job.provider}: job {job.request_id} failed{bill}: {status.error}",
                    charged=status.charged,
                )
            guess = min(waited_s / provider.typical_s, 0.95) if provider.typical_s else None
            fraction = guess if status.progress is None else status.progress
            log_progress(f"{status.raw_status or status.state} for {waited_s:.0f} s", fraction=fraction)
        waited_s = clock.now() - start
        if waited_s >= deadline_s:
            why = f"; the last question failed: {missed_for}" if missed_for else ""
            raise JobLate(
                f"{job.provider}: job {job.request_id} is not done after {waited_s:.0f} s "
                f"(limit {deadline_s:.0f} s); it stays in the ledger, the next run picks it up{why}"
            )
        pause = _pause_s(provider, waited_s, spread)
        left_s = deadline_s - waited_s
        await _rest(min(max(pause, floor_s), left_s), left_s, provider, clock, wait_for_callback)


async def _rest(
    pause: float,
    left_s: float,
    provider: ImageTo3DProvider,
    clock: Clock,
    wait_for_callback: WaitForCallback | None,
) -> None:
    """Sleep over a pause; with callbacks, over the safety net's, but never ask twice within `poll_s`."""
    if wait_for_callback is None:
        await clock.sleep(pause)
        return
    start = clock.now()
    await wait_for_callback(min(max(pause, SAFETY_NET_S), left_s))
    too_soon_s = min(provider.poll_s, left_s) - (clock.now() - start)
    if too_soon_s > 0:
        await clock.sleep(too_soon_s)
