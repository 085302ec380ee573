"""Bringing a paid model home, once, and telling the ledger only what is true."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vitrine.errors import DownloadFailed, JobFailed, JobLate, JobNotFound, StatusUnavailable, StorageError
from vitrine.ledger import Ledger
from vitrine.models import Blob, Job
from vitrine.models.job_status import JobStatus
from vitrine.models.order import Order
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.purchasing.place_order import place_order


class MemoryStore:
    """A store in memory; `full` makes it fail as a full disk does."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.kept: dict[str, bytes] = {}
        self.full = False

    def put_paid(self, data: bytes | Path, media_type: str) -> Blob:
        if self.full:
            raise OSError(28, "No space left on device")
        body = data.read_bytes() if isinstance(data, Path) else data
        blob = Blob(sha256=hashlib.sha256(body).hexdigest(), size_bytes=len(body), media_type=media_type)
        self.kept[blob.sha256] = body
        return blob

    def has(self, blob: Blob) -> bool:
        return blob.sha256 in self.kept


class NoTime:
    """A clock that jumps."""

    def __init__(self) -> None:
        self.time_s = 0.0

    def now(self) -> float:
        return self.time_s

    async def sleep(self, seconds: float) -> None:
        self.time_s += seconds


@pytest.fixture
def store(tmp_path: Path) -> MemoryStore:
    return MemoryStore(tmp_path / "cache")


@pytest.fixture
async def job(
    ledger: Ledger, fake_provider: Any, make_order: Callable[..., Order], upload: PhotoUpload
) -> Job:
    return await place_order(make_order(), upload, fake_provider, ledger)


def _state(ledger: Ledger, job: Job) -> str | None:
    purchase = ledger.get(job.key)
    return purchase and purchase.state


async def _fetch(
    job: Job, fake_provider: Any, ledger: Ledger, store: MemoryStore, deadline_s: float = 100.0
) -> Blob:
    return (await fetch_model(job, fake_provider, ledger, store, deadline_s, clock=NoTime())).raw


async def test_a_model_is_stored_once(
    job: Job, fake_provider: Any, ledger: Ledger, store: MemoryStore
) -> None:
    blob = await _fetch(job, fake_provider, ledger, store)
    assert store.kept[blob.sha256] == b"glTF-model"
    assert ledger.get(job.key).raw == blob  # type: ignore[union-attr]
    asked = fake_provider.questions
    assert await _fetch(job, fake_provider, ledger, store) == blob
    assert (fake_provider.questions, fake_provider.fetches) == (asked, 1)
    store.kept.clear()  # the store lost it: fetched anew, nothing bought
    assert await _fetch(job, fake_provider, ledger, store) == blob
    assert (fake_provider.fetches, len(fake_provider.sold)) == (2, 1)


async def test_broken_downloads_are_fetched_again(
    job: Job, fake_provider: Any, ledger: Ledger, store: MemoryStore
) -> None:
    fake_provider.downloads = [DownloadFailed("truncated"), DownloadFailed("reset"), b"whole"]
    blob = await _fetch(job, fake_provider, ledger, store)
    assert store.kept[blob.sha256] == b"whole"


async def test_a_link_that_does_not_work_is_asked_for_again(
    job: Job, fake_provider: Any, ledger: Ledger, store: MemoryStore
) -> None:
    fake_provider.downloads = [*[JobNotFound("HTTP 404")] * 4, b"whole"]
    await _fetch(job, fake_provider, ledger, store)
    assert (fake_provider.questions, _state(ledger, job)) == (5, "fetched")


@pytest.mark.parametrize(
    ("statuses", "downloads", "error", "state"),
    [
        ([JobStatus(state="failed", error="boom")], [], JobFailed, "failed"),
        ([JobNotFound("404")], [], JobNotFound, "submitted"),
        (None, [JobNotFound("link")], JobNotFound, "completed"),
        (None, [DownloadFailed("truncated")], DownloadFailed, "completed"),
        ([JobStatus(state="processing")], [], JobLate, "submitted"),
        ([StatusUnavailable("key", permanent=True)], [], StatusUnavailable, "submitted"),
    ],
)
async def test_every_failure_has_its_error_and_its_state(
    job: Job,
    fake_provider: Any,
    ledger: Ledger,
    store: MemoryStore,
    statuses: list[Any] | None,
    downloads: list[Any],
    error: type[Exception],
    state: str,
) -> None:
    fake_provider.statuses = statuses or fake_provider.statuses
    fake_provider.downloads = downloads
    with pytest.raises(error):
        await _fetch(job, fake_provider, ledger, store)
    assert (_state(ledger, job), store.kept) == (state, {})


async def test_after_a_full_disk_the_next_run_fetches_the_model(
    job: Job, fake_provider: Any, ledger: Ledger, store: MemoryStore
) -> None:
    store.full = True
    with pytest.raises(StorageError, match=r"No space left on device.*make room"):
        await _fetch(job, fake_provider, ledger, store)
    assert _state(ledger, job) == "completed"
    store.full = False
    await _fetch(job, fake_provider, ledger, store)
    assert (_state(ledger, job), len(fake_provider.sold)) == ("fetched", 1)
