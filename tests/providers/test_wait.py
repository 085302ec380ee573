"""Waiter takes no time here: the clock is an argument."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from vitrine.errors import (
    ConfigError,
    JobExpired,
    JobFailed,
    JobLate,
    JobNotFound,
    ProviderError,
    StatusUnavailable,
)
from vitrine.models import Job
from vitrine.models.job_status import JobStatus
from vitrine.providers.http.rate_limiter import Rate, RateLimiter
from vitrine.providers.prices import PRICES, price_usd
from vitrine.providers.wait import pause_s, wait

JOB = Job(key="k", provider="p", request_id="r", submitted_at=datetime.now(UTC))
WORKING = JobStatus(state="processing")
DONE = JobStatus(state="completed")


@dataclass
class FakeClock:
    time_s: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time_s

    async def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.pauses.append(seconds)
        self.time_s += seconds


@dataclass
class Asked:
    """A provider that has answers ready; the last one stays."""

    answers: list[JobStatus | ProviderError]
    typical_s: float = 120.0
    poll_s: float = 5.0
    name: str = "p"
    rate_limiter: RateLimiter | None = None
    questions: int = 0

    async def status(self, job: Job) -> JobStatus:
        assert job.request_id == "r"
        answer = self.answers[min(self.questions, len(self.answers) - 1)]
        self.questions += 1
        if isinstance(answer, ProviderError):
            raise answer
        return answer


async def _wait(asked: Asked, deadline_s: float = 1000.0, **job: Any) -> tuple[JobStatus, FakeClock]:
    clock = FakeClock()
    status = await wait(asked, JOB.model_copy(update=job), deadline_s=deadline_s, clock=clock)  # type: ignore[arg-type]
    return status, clock


async def test_a_new_job_is_polled_after_a_pause_and_a_known_one_at_once() -> None:
    _, clock = await _wait(Asked([DONE]))
    assert len(clock.pauses) == 1
    assert clock.pauses[0] > 30
    _, clock = await _wait(Asked([DONE]), reused=True)
    assert clock.pauses == []


async def test_polls_are_most_frequent_around_the_typical_time() -> None:
    asked = Asked([WORKING] * 50)
    clock = FakeClock()
    with pytest.raises(JobLate, match=r"job r is not done after 900 s \(limit 900 s\).*ledger"):
        await wait(asked, JOB, deadline_s=900, clock=clock)  # type: ignore[arg-type]
    assert clock.time_s == 900.0
    assert asked.questions < 40
    assert min(clock.pauses[:-1]) >= 5 * 0.8
    assert max(clock.pauses) <= 60 * 1.2
    assert pause_s(118, 120, 5) == 5
    assert pause_s(0, 120, 5) == 60


async def test_failed_polls_are_repeated_and_retry_after_is_obeyed() -> None:
    lost = StatusUnavailable("no", retry_after_s=37.0)
    status, clock = await _wait(Asked([lost, lost, DONE]), reused=True)
    assert status is DONE
    assert all(pause >= 37 for pause in clock.pauses)


async def test_many_failed_polls_end_the_wait_but_not_the_job() -> None:
    asked = Asked([StatusUnavailable("no answer")])
    with pytest.raises(StatusUnavailable):
        await _wait(asked, 1e6)
    assert asked.questions == 30


async def test_an_error_that_needs_a_person_is_raised_at_once() -> None:
    asked = Asked([StatusUnavailable("key", permanent=True)])
    with pytest.raises(StatusUnavailable):
        await _wait(asked)
    assert asked.questions == 1


async def test_a_job_that_is_not_found_is_asked_for_again_and_then_left_to_the_next_run() -> None:
    missing = JobNotFound("404")
    status, clock = await _wait(Asked([missing, missing, WORKING, *[missing] * 4, DONE]), reused=True)
    assert status is DONE
    assert clock.time_s > 100
    asked = Asked([missing])
    with pytest.raises(JobNotFound):
        await _wait(asked)
    assert asked.questions == 5


async def test_each_answer_about_the_job_is_heard() -> None:
    heard: list[Any] = []

    async def hear(answer: Any) -> None:
        heard.append(answer)
        if len(heard) == 3:
            raise JobExpired("enough")

    missing = JobNotFound("404")
    with pytest.raises(JobExpired):
        await wait(
            Asked([WORKING, missing]),  # type: ignore[arg-type]
            JOB,
            deadline_s=1000,
            clock=FakeClock(),
            on_answer=hear,
        )
    assert heard == [WORKING, missing, missing]


async def test_a_job_has_failed_when_its_provider_says_so_twice() -> None:
    failed = JobStatus(state="failed", error="boom")
    status, clock = await _wait(Asked([failed, DONE]), reused=True)
    assert (status, clock.pauses) == (DONE, [30.0])
    assert (await _wait(Asked([failed, WORKING, failed, DONE]), reused=True))[0] is DONE
    asked = Asked([failed])
    with pytest.raises(JobFailed, match="boom"):
        await _wait(asked, reused=True)
    assert asked.questions == 2


async def test_a_failed_job_says_why_and_whether_it_is_billed() -> None:
    with pytest.raises(JobFailed, match=r"job r failed \(not charged\): boom") as failure:
        await _wait(Asked([JobStatus(state="failed", error="boom", charged=False)]))
    assert failure.value.charged is False


def test_prices_are_those_of_the_account_and_nothing_is_bought_at_an_unknown_one() -> None:
    assert price_usd("empiriolabs", {"resolution": "1024"}) == Decimal("0.249")
    assert price_usd("empiriolabs@localhost:1", {}) == Decimal("0.249")
    assert price_usd("sandbox", {"resolution": "512"}) == Decimal("0.025")
    assert price_usd("pixazo", {"resolution": 1536}) == Decimal("0.35")
    with pytest.raises(ConfigError, match="no price known for elsewhere at resolution 1024"):
        price_usd("elsewhere", {"resolution": 1024})
    assert len({(p.provider, p.resolution) for p in PRICES}) == len(PRICES) == 6


async def test_many_jobs_share_the_rate_of_their_account() -> None:
    async def no_lease(rate: Rate, turns: int) -> list[float]:
        raise AssertionError((rate, turns))

    rate_limiter = RateLimiter(Rate(per_minute=50), no_lease)
    with rate_limiter.polling_job():
        _, clock = await _wait(Asked([WORKING, DONE], rate_limiter=rate_limiter), reused=True)
    few = max(clock.pauses)
    rate_limiter.live_jobs = 200
    _, clock = await _wait(Asked([WORKING, DONE], rate_limiter=rate_limiter), reused=True)
    assert few < 75 < min(clock.pauses)
    assert rate_limiter.live_jobs == 200
