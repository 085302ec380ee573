"""A paid job is given up only on repeated evidence, after its provider's time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from vitrine.clock import Clock
from vitrine.errors import DownloadFailed, JobExpired, JobNotFound
from vitrine.ledger import Ledger, Purchase
from vitrine.models import Job
from vitrine.models.job_status import JobStatus, Output
from vitrine.models.order import Order
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.purchasing.place_order import place_order
from vitrine.storage import LocalBucket, WorkStore

MISSING = JobNotFound("HTTP 404")
DONE = JobStatus(state="completed", outputs=(Output(url="http://x/m.glb"),))


class Time:
    """A clock that jumps, for the ledger and for sleeping."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.set_forward_s = 0.0
        """How far the ledger's clock was set forward; the time since boot is not."""

    def now(self) -> float:
        return self.passed_s

    async def sleep(self, seconds: float) -> None:
        self.passed_s += seconds

    def date(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.passed_s + self.set_forward_s)


class Buyer:
    """One purchase at a provider in memory, and runs that fetch its model."""

    def __init__(self, ledger: Ledger, provider: Any, store: WorkStore, time: Time, job: Job) -> None:
        self.ledger, self.provider, self.store, self.time, self.job = ledger, provider, store, time, job

    @property
    def purchase(self) -> Purchase:
        purchase = self.ledger.get(self.job.key)
        assert purchase is not None
        return purchase

    async def run(self, *statuses: Any, downloads: tuple[Any, ...] = (b"glTF-model",)) -> str:
        """Run once, with these answers; return the state afterwards, with the error's class."""
        self.provider.statuses, self.provider.downloads = list(statuses), list(downloads)
        self.provider.questions = self.provider.fetches = 0
        clock: Clock = self.time
        try:
            await fetch_model(self.purchase.job(), self.provider, self.ledger, self.store, 900, clock=clock)
        except (JobNotFound, JobExpired, DownloadFailed) as error:
            return f"{self.purchase.state} {type(error).__name__}"
        return self.purchase.state


@pytest.fixture
async def buyer(
    url: str, fake_provider: Any, make_order: Callable[..., Order], upload: PhotoUpload, tmp_path: Path
) -> Any:
    time = Time()
    ledger = Ledger.open(url, now=time.date)
    ledger.uptime_s = time.now
    store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
    job = await place_order(make_order(), upload, fake_provider, ledger, clock=time)
    yield Buyer(ledger, fake_provider, store, time, job)
    ledger.close()


async def test_an_hour_of_404s_loses_nothing_while_the_job_may_be_kept(buyer: Buyer) -> None:
    for _ in range(5):
        assert await buyer.run(MISSING) == "submitted JobNotFound"
        buyer.time.passed_s += 600
    assert buyer.purchase.missing_seen == 25
    assert await buyer.run(DONE) == "fetched"
    assert len(buyer.provider.sold) == 1


async def test_a_job_expires_after_its_time_and_three_sightings_over_ten_minutes(buyer: Buyer) -> None:
    buyer.time.passed_s += 30 * 86_400
    assert await buyer.run(MISSING) == "submitted JobNotFound"  # a bad moment, perhaps
    buyer.time.passed_s += 500
    assert await buyer.run(MISSING) == "submitted JobNotFound"
    buyer.time.passed_s += 200
    assert await buyer.run(MISSING) == "expired JobExpired"
    assert buyer.provider.questions == 1


async def test_a_job_whose_end_nobody_saw_may_have_ended_late(buyer: Buyer) -> None:
    """The state machine of purchases found this: the hour counts from the job's end, not from its order."""
    buyer.time.passed_s += 3000
    for _ in range(6):
        assert await buyer.run(MISSING) == "submitted JobNotFound"
        buyer.time.passed_s += 600
    assert await buyer.run(DONE) == "fetched"


async def test_a_clock_that_is_set_forward_expires_nothing(buyer: Buyer) -> None:
    """The state machine of purchases found this: the provider still had the job for most of an hour."""
    assert await buyer.run(MISSING) == "submitted JobNotFound"
    buyer.time.set_forward_s = 7200.0
    for _ in range(3):
        assert await buyer.run(MISSING) == "submitted JobNotFound"
        buyer.time.passed_s += 300
    assert await buyer.run(DONE) == "fetched"


async def test_a_sighting_does_not_count_once_the_job_was_seen_alive(buyer: Buyer) -> None:
    buyer.time.passed_s += 86_400
    assert (
        await buyer.run(MISSING, MISSING, JobStatus(state="processing"), MISSING) == "submitted JobNotFound"
    )
    assert buyer.purchase.missing_seen == 5
    first = buyer.purchase.first_missing_at
    assert first is not None
    assert first > buyer.purchase.claimed_at + timedelta(days=1)


async def test_a_file_expires_after_seven_days_only(buyer: Buyer) -> None:
    gone = (MISSING,)
    assert await buyer.run(DONE, downloads=gone) == "completed JobNotFound"
    for _ in range(6):
        buyer.time.passed_s += 86_400
        assert await buyer.run(DONE, downloads=gone) == "completed JobNotFound"
    buyer.time.passed_s += 86_400
    assert await buyer.run(DONE, downloads=gone) == "expired JobExpired"


async def test_a_forgotten_jobs_link_is_used_and_expires_after_seven_days(buyer: Buyer) -> None:
    assert await buyer.run(DONE, downloads=(DownloadFailed("broken"),)) == "completed DownloadFailed"
    assert buyer.purchase.result_urls == ["http://x/m.glb"]
    buyer.time.passed_s += 6 * 86_400
    assert await buyer.run(MISSING, downloads=(MISSING,)) == "completed JobNotFound"
    assert await buyer.run(MISSING) == "fetched"


async def test_a_forgotten_job_whose_link_is_dead_expires(buyer: Buyer) -> None:
    assert await buyer.run(DONE, downloads=(DownloadFailed("broken"),)) == "completed DownloadFailed"
    buyer.time.passed_s += 8 * 86_400
    assert await buyer.run(MISSING, downloads=(MISSING,)) == "completed JobNotFound"
    buyer.time.passed_s += 601
    assert await buyer.run(MISSING, downloads=(MISSING,)) == "expired JobExpired"
