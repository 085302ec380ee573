"""Fetching paid models whose process is gone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from vitrine.errors import JobNotFound, OutcomeUnknown, StatusUnavailable
from vitrine.ledger import Ledger
from vitrine.ledger.owner import me
from vitrine.ledger.schema import purchases
from vitrine.models.job_status import JobStatus
from vitrine.models.order import Order
from vitrine.providers.base import ListedJob, PhotoUpload, RecentJobs
from vitrine.purchasing.collect_models import RUN_WAITS, collect_model, find_uncollected
from vitrine.purchasing.place_order import place_order
from vitrine.storage import LocalBucket, WorkStore

GONE = me().rpartition("/")[0].rpartition("/")[0] + "/4194304/1"
"""A process of this machine that has ended: no process has a number so high."""
AWAY = "another-machine/1/1"


@pytest.fixture
def store(tmp_path: Path) -> WorkStore:
    return WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")


def give_to(ledger: Ledger, owner: str) -> None:
    with ledger.transaction() as connection:
        connection.execute(sa.update(purchases).values(owner=owner))


def uncollected(ledger: Ledger, provider: Any, *, later: timedelta = timedelta()) -> list[str]:
    since_boot = ledger.uptime_s
    ledger.uptime_s = lambda: since_boot() + later.total_seconds()
    found = find_uncollected(ledger, [provider], now=ledger.now() + later)
    ledger.uptime_s = since_boot
    return [purchase.state for purchase in found]


@pytest.mark.parametrize(
    ("owner", "later", "found"),
    [
        (me(), timedelta(), []),
        (me(), RUN_WAITS + timedelta(minutes=1), ["submitted"]),
        (GONE, timedelta(), ["submitted"]),
        (AWAY, timedelta(), ["submitted"]),
    ],
    ids=["in its process", "given up", "process gone", "another machine"],
)
async def test_a_purchase_is_found_when_nobody_waits_for_it(
    ledger: Ledger,
    fake_provider: Any,
    make_order: Callable[..., Order],
    upload: PhotoUpload,
    owner: str,
    later: timedelta,
    found: list[str],
) -> None:
    await place_order(make_order(), upload, fake_provider, ledger)
    give_to(ledger, owner)
    assert uncollected(ledger, fake_provider, later=later) == found
    elsewhere = type(fake_provider)(name="pixazo")
    assert not find_uncollected(ledger, [elsewhere], now=ledger.now() + later)


async def test_a_paid_model_comes_into_the_store(
    ledger: Ledger,
    fake_provider: Any,
    make_order: Callable[..., Order],
    upload: PhotoUpload,
    store: WorkStore,
) -> None:
    job = await place_order(make_order(), upload, fake_provider, ledger, product="mug")
    give_to(ledger, GONE)
    (purchase,) = find_uncollected(ledger, [fake_provider], now=ledger.now())
    collected = await collect_model(purchase, fake_provider, ledger, store, 60)
    assert (collected.product, collected.outcome) == ("mug", "fetched")
    fetched = ledger.get(job.key)
    assert fetched is not None
    assert fetched.state == "fetched"
    assert fetched.raw is not None
    assert store.read(fetched.raw) == b"glTF-model"
    assert uncollected(ledger, fake_provider) == []
    assert len(fake_provider.sold) == 1


@pytest.mark.parametrize("listed", [True, False])
async def test_an_order_without_a_receipt_is_looked_up_and_never_sent(
    ledger: Ledger,
    fake_provider: Any,
    make_order: Callable[..., Order],
    upload: PhotoUpload,
    store: WorkStore,
    listed: bool,
) -> None:
    order = make_order()
    fake_provider.refuse = OutcomeUnknown("no answer")
    with pytest.raises(OutcomeUnknown):
        await place_order(order, upload, fake_provider, ledger)
    give_to(ledger, GONE)
    job = ListedJob(request_id="job-7", model=order.model, settings=order.settings)
    fake_provider.listing = RecentJobs(jobs=(job,) if listed else (), complete=True)
    fake_provider.refuse = None
    (purchase,) = find_uncollected(ledger, [fake_provider], now=ledger.now())
    collected = await collect_model(purchase, fake_provider, ledger, store, 60)
    assert collected.outcome == ("fetched" if listed else "not bought")
    after = ledger.get(order.key)
    assert after is not None
    assert after.state == ("fetched" if listed else "refused")
    assert after.request_id == ("job-7" if listed else None)
    assert fake_provider.sold == []


async def test_an_order_whose_process_was_killed_while_it_sent_is_looked_up(
    ledger: Ledger,
    fake_provider: Any,
    make_order: Callable[..., Order],
    upload: PhotoUpload,
    store: WorkStore,
) -> None:
    order = make_order()
    await place_order(order, upload, fake_provider, ledger)
    with ledger.transaction() as connection:
        sending = {"state": "submitting", "request_id": None, "submitted_at": None}
        connection.execute(sa.update(purchases).values(**sending))
    assert uncollected(ledger, fake_provider, later=timedelta(hours=1)) == []
    give_to(ledger, GONE)
    job = ListedJob(request_id="job-1", model=order.model, settings=order.settings)
    fake_provider.listing = RecentJobs(jobs=(job,), complete=True)
    (purchase,) = find_uncollected(ledger, [fake_provider], now=ledger.now())
    assert (await collect_model(purchase, fake_provider, ledger, store, 60)).outcome == "fetched"


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (StatusUnavailable("this key is no longer valid", permanent=True), "waiting"),
        (JobStatus(state="failed", error="out of memory"), "lost"),
    ],
)
async def test_what_cannot_be_fetched_is_said(
    ledger: Ledger,
    fake_provider: Any,
    make_order: Callable[..., Order],
    upload: PhotoUpload,
    store: WorkStore,
    status: Any,
    outcome: str,
) -> None:
    await place_order(make_order(), upload, fake_provider, ledger)
    give_to(ledger, GONE)
    fake_provider.statuses = [status]
    (purchase,) = find_uncollected(ledger, [fake_provider], now=ledger.now())
    collected = await collect_model(purchase, fake_provider, ledger, store, 60)
    assert collected.outcome == outcome
    assert collected.message


@pytest.mark.parametrize("end", ["mark_failed", "mark_expired"])
async def test_what_failed_or_expired_is_asked_for_while_it_may_be_there(
    ledger: Ledger,
    fake_provider: Any,
    make_order: Callable[..., Order],
    upload: PhotoUpload,
    store: WorkStore,
    end: str,
) -> None:
    job = await place_order(make_order(), upload, fake_provider, ledger)
    getattr(ledger, end)(job.key, "one answer, which was wrong")
    assert uncollected(ledger, fake_provider, later=timedelta(days=8)) == []
    (purchase,) = find_uncollected(ledger, [fake_provider], now=ledger.now())
    ready, missing = fake_provider.statuses, JobNotFound("HTTP 404")
    fake_provider.statuses = [missing if end == "mark_expired" else JobStatus(state="failed", error="boom")]
    assert (await collect_model(purchase, fake_provider, ledger, store, 60)).outcome == "ended"
    assert ledger.get(job.key) == purchase
    fake_provider.statuses = ready
    assert (await collect_model(purchase, fake_provider, ledger, store, 60)).outcome == "fetched"
    assert len(fake_provider.sold) == 1
