"""Polling a job until it is done: at intervals that fit the provider, and with a deadline."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import JobFailed, JobLate, JobNotFound, StatusUnavailable
from vitrine.models import Job
from vitrine.models.job_status import JobStatus
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider

CALLBACK_POLL_S = 300.0
"""How often a job is polled all the same if its provider calls back: a callback may be lost."""
MAX_POLL_S = 60.0
"""The longest pause between two polls of a job without callbacks."""
JITTER = 0.2
"""Each pause is up to this share longer or shorter, so that jobs bought together spread out."""
WaitForCallback = Callable[[float], Awaitable[None]]
"""Sleeps for so many seconds, or until a callback for the job comes."""
OnAnswer = Callable[[JobStatus | JobNotFound], Awaitable[None]]
"""Hears of each answer about the job; raises `JobExpired` when there is enough evidence that it is gone."""
MAX_NOT_FOUND = 5
"""After so many answers in a row that the job is not known, with growing pauses, the next run takes over."""
FAILED_AGAIN_POLLS = 6
"""A job that is said to have failed is asked after once more, after so many `poll_s`: 30 s at a provider."""
MAX_UNAVAILABLE = 30
"""After so many failed polls in a row (about half an hour, as the pauses grow) the next run takes over."""


def pause_s(waited_s: float, typical_s: float, poll_s: float) -> float:
    """Return the seconds until the next poll, without jitter.

    A job is seldom done long before its typical time: the pause is half of the time that is left, and at
    least `poll_s`. Past the typical time the pause is a tenth of the time waited so far.
    """
    wanted = (typical_s - waited_s) / 2 if waited_s < typical_s else waited_s / 10
    return min(max(wanted, poll_s), MAX_POLL_S)


async def wait(
    provider: ImageTo3DProvider,
    job: Job,
    *,
    deadline_s: float,
    clock: Clock = SYSTEM_CLOCK,
    wait_for_callback: WaitForCallback | None = None,
    on_answer: OnAnswer | None = None,
    max_not_found: int = MAX_NOT_FOUND,
) -> JobStatus:
    """Poll until the job is completed; return that status.

    A failed poll is repeated after a longer pause. With `wait_for_callback` the job is polled when a callback
    comes, and else every `CALLBACK_POLL_S`.

    Raises `JobFailed` if the provider says so twice, `FAILED_AGAIN_POLLS` apart; `JobNotFound` after
    `max_not_found` answers in a row that the job is not known; `JobLate` after `deadline_s` seconds;
    `StatusUnavailable` if no poll succeeds for long, or a person must act; and what `on_answer` raises. After
    all but the first the receipt stays good.
    """
    with provider.rate_limiter.polling_job() if provider.rate_limiter is not None else nullcontext():
        return await _wait(
            provider, job, deadline_s, clock, wait_for_callback, on_answer or _ignore, max_not_found
        )


async def _ignore(answer: JobStatus | JobNotFound) -> None:
    """Do nothing about an answer."""


def _jittered_pause_s(provider: ImageTo3DProvider, waited_s: float, jitter: random.Random) -> float:
    """Return the pause until the next poll.

    If many jobs share a rate, it is as long as a round of polls of all of them takes. A poll that comes too
    early then costs a whole round, so the first one waits until the typical time has passed.
    """
    pause = pause_s(waited_s, provider.typical_s, provider.poll_s)
    if provider.rate_limiter is not None and provider.rate_limiter.poll_interval_s > pause:
        pause = max(provider.rate_limiter.poll_interval_s, 1.25 * provider.typical_s - waited_s)
    return pause * jitter.uniform(1 - JITTER, 1 + JITTER)


async def _wait(
    provider: ImageTo3DProvider,
    job: Job,
    deadline_s: float,
    clock: Clock,
    wait_for_callback: WaitForCallback | None,
    on_answer: OnAnswer,
    max_not_found: int,
) -> JobStatus:
    start = clock.now()
    jitter = random.Random(job.request_id)
    if not job.reused:  # just bought: nothing to see yet
        first_s = min(_jittered_pause_s(provider, 0.0, jitter), deadline_s)
        await _sleep(first_s, deadline_s, provider, clock, wait_for_callback)
    not_found, unavailable = 0, 0
    said_failed, said = False, ""
    last_error: StatusUnavailable | None = None
    while True:
        shortest_s = 0.0
        try:
            status = await provider.status(job)
        except JobNotFound as error:
            not_found, last_error = not_found + 1, error
            await on_answer(error)
            if not_found >= max_not_found:
                raise
            shortest_s = _backoff_s(provider, not_found)
        except StatusUnavailable as error:
            unavailable, last_error = unavailable + 1, error
            if error.permanent or unavailable == MAX_UNAVAILABLE:
                raise
            shortest_s = max(error.retry_after_s or 0.0, _backoff_s(provider, unavailable))
        else:
            not_found, unavailable, last_error = 0, 0, None
            await on_answer(status)
            if status.state == "completed":
                return status
            if status.state == "failed":
                if said_failed:
                    raise _failed(job, status)
                said_failed = True
                again_s = FAILED_AGAIN_POLLS * provider.poll_s
                log_progress(f"{status.raw_status}: {status.error}; asking once more in {again_s:.0f} s")
                await clock.sleep(again_s)
                continue
            said_failed = False
            said = _log_progress(status, clock.now() - start, provider.typical_s, said)
        waited_s = clock.now() - start
        if waited_s >= deadline_s:
            why = f"; the last question failed: {last_error}" if last_error else ""
            raise JobLate(
                f"{job.provider}: job {job.request_id} is not done after {waited_s:.0f} s "
                f"(limit {deadline_s:.0f} s); it stays in the ledger, the next run picks it up{why}"
            )
        pause = _jittered_pause_s(provider, waited_s, jitter)
        left_s = deadline_s - waited_s
        await _sleep(min(max(pause, shortest_s), left_s), left_s, provider, clock, wait_for_callback)


def _backoff_s(provider: ImageTo3DProvider, failures: int) -> float:
    return min(provider.poll_s * float(2**failures), MAX_POLL_S)


def _failed(job: Job, status: JobStatus) -> JobFailed:
    bill = " (not charged)" if status.charged is False else ""
    return JobFailed(
        f"{job.provider}: job {job.request_id} failed{bill}: {status.error}", charged=status.charged
    )


def _log_progress(status: JobStatus, waited_s: float, typical_s: float, said: str) -> str:
    """Log what the provider says and since when, unless that was `said` last; return it."""
    guess = min(waited_s / typical_s, 0.95) if typical_s else None
    fraction = guess if status.progress is None else status.progress
    message = f"{status.raw_status or status.state} for {waited_s:.0f} s"
    if message != said:
        log_progress(message, fraction=fraction)
    return message


async def _sleep(
    pause: float,
    left_s: float,
    provider: ImageTo3DProvider,
    clock: Clock,
    wait_for_callback: WaitForCallback | None,
) -> None:
    """Sleep until the next poll, with callbacks until one comes, but for at least `poll_s`."""
    if wait_for_callback is None:
        await clock.sleep(pause)
        return
    start = clock.now()
    await wait_for_callback(min(max(pause, CALLBACK_POLL_S), left_s))
    too_soon_s = min(provider.poll_s, left_s) - (clock.now() - start)
    if too_soon_s > 0:
        await clock.sleep(too_soon_s)
