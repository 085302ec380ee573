"""An order without a receipt is settled only by what cannot be otherwise."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from vitrine.errors import OutcomeUnknown, PurchaseHeld, StatusUnavailable
from vitrine.ledger import Ledger, Purchase
from vitrine.ledger.age import Age
from vitrine.models.order import Order
from vitrine.providers.base import ListedJob, PhotoUpload, RecentJobs
from vitrine.providers.empiriolabs_list import read_job_list, read_time
from vitrine.purchasing.place_order import place_order
from vitrine.purchasing.reconcile.job_list import check_job_list

MakeOrder = Callable[..., Order]
SENT_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
OLD = SENT_AT - timedelta(minutes=11)
AHEAD, BEHIND = SENT_AT + timedelta(hours=1), SENT_AT - timedelta(hours=1)
SOON = SENT_AT + timedelta(minutes=6)
SETTINGS = {"resolution": "1024", "seed": 7, "remesh": True}
BEFORE = {"job-0": SENT_AT - timedelta(seconds=1)}


def _age(now: datetime) -> Age:
    return Age.exactly((now - SENT_AT).total_seconds())


def _purchase() -> Purchase:
    return Purchase(
        key="k",
        state="unknown",
        provider="empiriolabs",
        model="trellis-2-4b",
        photo_sha256="a" * 64,
        settings=SETTINGS,
        attempt=1,
        product="",
        request_key="",
        run="",
        owner="",
        price_usd=Decimal("0.249"),
        request_id=None,
        poll_url=None,
        hook_token=None,
        called_back_at=None,
        raw_sha256=None,
        raw_size_bytes=None,
        error=None,
        posts=1,
        claimed_at=SENT_AT,
        submitting_at=SENT_AT,
        submitted_at=None,
        completed_at=None,
        fetched_at=None,
        ended_at=None,
    )


def _job(number: int, settings: dict[str, Any] | None = None, **more: Any) -> ListedJob:
    value = {"created_at": SENT_AT, "model": "trellis-2-4b", "settings": settings, **more}
    return ListedJob(request_id=f"job-{number}", **value)


ORDERED = {**SETTINGS, "model": "trellis-2-4b", "something": "else", "remesh": True}
OTHER = {**SETTINGS, "seed": 8}


@pytest.mark.parametrize(
    ("jobs", "known", "complete", "outcome"),
    [
        ([_job(1, ORDERED)], {}, True, "bought"),
        ([_job(2, OTHER), _job(1, ORDERED)], {}, False, "bought"),
        ([_job(1, ORDERED, model=None)], {}, True, "bought"),
        ([_job(1, ORDERED, created_at=SENT_AT + timedelta(days=3))], {}, True, "bought"),  # clocks may be off
        ([_job(1, ORDERED), _job(2, ORDERED)], {}, True, "open"),
        ([_job(1, ORDERED), _job(2, ORDERED)], {"job-2": SENT_AT}, True, "bought"),
        ([_job(1, ORDERED, model="trellis-1")], {}, True, "not-bought"),
        ([_job(1, {"resolution": "1024"})], {}, True, "not-bought"),
        ([], {}, True, "not-bought"),
        ([], {}, False, "open"),
        ([_job(1, OTHER)], {}, False, "open"),  # the list goes on, and may hold it
        ([_job(1, OTHER), _job(0, OTHER)], BEFORE, False, "not-bought"),
        # The provider's clock is known by the jobs that are: without one, its times say nothing.
        ([_job(1, OTHER, created_at=OLD)], {}, False, "open"),
        ([_job(2), _job(1, OTHER, created_at=OLD)], {"job-2": SENT_AT}, False, "not-bought"),
        ([_job(2, created_at=AHEAD), _job(1, OTHER)], {"job-2": SENT_AT}, False, "not-bought"),
        ([_job(2, created_at=BEHIND), _job(1, OTHER, created_at=OLD)], {"job-2": SENT_AT}, False, "open"),
        ([_job(1)], {}, True, "open"),  # the list does not say what was ordered
        ([_job(1, created_at=None)], {}, True, "open"),
        ([_job(1, created_at=BEHIND)], {}, True, "open"),  # or its clock is behind
        ([_job(2), _job(1, created_at=OLD)], {"job-2": SENT_AT}, True, "not-bought"),
        ([_job(2, created_at=BEHIND), _job(1, created_at=BEHIND)], {"job-2": SENT_AT}, True, "open"),
        ([_job(1)], {"job-1": SENT_AT}, True, "not-bought"),
    ],
)
def test_the_list_settles_only_what_is_certain(
    jobs: list[ListedJob], known: dict[str, datetime], complete: bool, outcome: str
) -> None:
    verdict = check_job_list(
        _purchase(), RecentJobs(jobs=tuple(jobs), complete=complete), known, age=_age(SOON)
    )
    assert verdict.outcome == outcome
    assert verdict.request_id == ("job-1" if outcome == "bought" else None)


def test_an_old_order_may_no_longer_be_listed() -> None:
    empty = RecentJobs(jobs=(), complete=True)
    assert check_job_list(_purchase(), empty, {}, age=_age(SENT_AT + timedelta(hours=1))).outcome == "open"


async def _lost(order: Order, fake_provider: Any, ledger: Ledger, upload: PhotoUpload) -> None:
    fake_provider.refuse = OutcomeUnknown("silence")
    with pytest.raises(OutcomeUnknown):
        await place_order(order, upload, fake_provider, ledger)
    fake_provider.refuse = None


async def test_a_lost_job_is_assigned_and_a_missing_one_bought(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    first, second = make_order("a"), make_order("b")
    await _lost(first, fake_provider, ledger, upload)
    found = ListedJob(request_id="job-x", model=first.model, settings=dict(first.settings))
    fake_provider.listing = RecentJobs(jobs=(found,), complete=True)
    job = await place_order(first, upload, fake_provider, ledger)
    assert (job.request_id, job.reused, fake_provider.sold) == ("job-x", True, [])
    await _lost(
        second, fake_provider, ledger, upload
    )  # the same settings, but that job has a purchase already
    job = await place_order(second, upload, fake_provider, ledger)
    assert (job.request_id, fake_provider.sold) == ("job-1", [second.key])


async def test_of_two_processes_that_reconcile_an_order_one_orders_again(
    ledger: Ledger, make_order: MakeOrder, upload: PhotoUpload, fake_provider: Any
) -> None:
    """Both have read a list without it; the second hears its answer when the first has sold already."""
    order = make_order()
    await _lost(order, fake_provider, ledger, upload)
    empty = RecentJobs(jobs=(), complete=True)
    both_read, sold = asyncio.Barrier(2), asyncio.Event()

    class Reader(type(fake_provider)):  # type: ignore[misc]
        """Answers once both have asked, the late one once the other's order is out."""

        late = False

        async def recent_jobs(self) -> RecentJobs:
            await both_read.wait()
            if self.late:
                await sold.wait()
            return empty

        async def submit(self, order: Order, upload: PhotoUpload, *, webhook_url: str | None = None) -> Any:
            job = await super().submit(order, upload, webhook_url=webhook_url)
            sold.set()
            await asyncio.sleep(0.2)  # the answer takes its time, and the late one judges meanwhile
            return job

    quick, late = Reader(), Reader()
    late.late = True
    jobs = await asyncio.gather(*(place_order(order, upload, reader, ledger) for reader in (quick, late)))
    assert len(quick.sold) + len(late.sold) == 1
    assert {job.request_id for job in jobs} == {"job-1"}


async def test_a_job_that_matches_two_orders_is_assigned_to_neither(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    orders = [make_order("a"), make_order("b")]  # one seed for all photos, and both answers were lost
    for order in orders:
        await _lost(order, fake_provider, ledger, upload)
    found = ListedJob(request_id="job-x", model=orders[0].model, settings=dict(orders[0].settings))
    fake_provider.listing = RecentJobs(jobs=(found,), complete=True)
    for order in orders:
        with pytest.raises(PurchaseHeld, match="another order's with the same settings"):
            await place_order(order, upload, fake_provider, ledger)


@pytest.mark.parametrize("listing", [None, StatusUnavailable("no list"), RecentJobs(jobs=(), complete=False)])
async def test_without_certainty_it_is_held_for_a_person(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload, listing: Any
) -> None:
    order = make_order()
    await _lost(order, fake_provider, ledger, upload)
    fake_provider.listing = listing
    with pytest.raises(PurchaseHeld, match=rf"vitrine ledger resolve {order.key[:12]}"):
        await place_order(order, upload, fake_provider, ledger)
    assert ledger.get(order.key).state == "unknown"  # type: ignore[union-attr]
    assert fake_provider.sold == []


async def test_the_list_is_read_after_the_listing_delay(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    order, slept = make_order(), []
    await _lost(order, fake_provider, ledger, upload)
    fake_provider.listing_delay_s, fake_provider.listing = 300.0, RecentJobs(jobs=(), complete=True)

    class Clock:
        def now(self) -> float:
            return 0.0

        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    assert not (await place_order(order, upload, fake_provider, ledger, clock=Clock())).reused
    assert slept == [pytest.approx(300, abs=5)]


@pytest.mark.parametrize("step_h", [2, -2])
async def test_the_listing_delay_is_kept_when_the_clock_is_set(
    url: str, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload, step_h: int
) -> None:
    """The order is listed after four minutes: neither earlier, nor is it looked up after hours."""
    order, slept = make_order(), []
    step = timedelta()
    ledger = Ledger.open(url, now=lambda: datetime.now(UTC) + step)
    await _lost(order, fake_provider, ledger, upload)
    step = timedelta(hours=step_h)
    fake_provider.listing_delay_s, fake_provider.listing = 300.0, RecentJobs(jobs=(), complete=True)

    class Clock:
        def now(self) -> float:
            return sum(slept)

        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)
            if sum(slept) > 240:
                jobs = (_job(1, order.settings | {"seed": 1}),)
                fake_provider.listing = RecentJobs(jobs=jobs, complete=True)

    job = await place_order(order, upload, fake_provider, ledger, clock=Clock())
    assert (job.reused, job.request_id, fake_provider.sold) == (True, "job-1", [])
    assert slept == [pytest.approx(300, abs=5)]
    ledger.close()


@pytest.mark.parametrize("place", ["data", "jobs", "items", "results"])
def test_the_list_is_read_in_every_shape(place: str) -> None:
    line = {"job_id": "j", "created_at": "2026-01-01T12:00:00Z", "model": "m", "input": {"seed": 1}}
    read = read_job_list({place: [line, {"id": 7, "params": {"seed": 2}}]}, 100)
    assert read.complete
    assert read.jobs == (
        ListedJob(request_id="j", created_at=SENT_AT, model="m", settings={"seed": 1}),
        ListedJob(request_id="7", settings={"seed": 2}),
    )
    assert not read_job_list({place: [line] * 100}, 100).complete
    assert not read_job_list({place: [line], "has_more": True}, 100).complete
    assert not read_job_list({place: [{"nothing": 1}]}, 100).complete
    assert not read_job_list({"surprise": []}, 100).complete


def test_times_are_read_in_every_format() -> None:
    seconds = SENT_AT.timestamp()
    for value in ("2026-01-01T12:00:00", "2026-01-01T13:00:00+01:00", seconds, int(seconds) * 1000):
        assert read_time(value) == SENT_AT
    for nonsense in (None, "yesterday", True, [], float("inf")):
        assert read_time(nonsense) in (None, datetime.fromtimestamp(1, UTC))
