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
from vitrine.models import Order
from vitrine.providers.base import ListedJob, PhotoUpload, RecentJobs
from vitrine.providers.empiriolabs_list import read_job_list, read_time
from vitrine.purchasing.place_order import place_order
from vitrine.purchasing.reconcile.job_list import check_job_list

MakeOrder = Callable[..., Order]
LEFT = datetime(2026, 1, 1, 12, tzinfo=UTC)
SOON = LEFT + timedelta(minutes=6)
SETTINGS = {"resolution": "1024", "seed": 7, "remesh": True}
BEFORE = {"job-0": LEFT - timedelta(seconds=1)}


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
        claimed_at=LEFT,
        submitting_at=LEFT,
        submitted_at=None,
        completed_at=None,
        fetched_at=None,
        ended_at=None,
    )


def _job(number: int, settings: dict[str, Any] | None = None, **more: Any) -> ListedJob:
    said = {"created_at": LEFT, "model": "trellis-2-4b", "settings": settings, **more}
    return ListedJob(request_id=f"job-{number}", **said)


MINE = {**SETTINGS, "model": "trellis-2-4b", "something": "else", "remesh": True}
OTHER = {**SETTINGS, "seed": 8}


@pytest.mark.parametrize(
    ("jobs", "known", "complete", "outcome"),
    [
        ([_job(1, MINE)], {}, True, "bought"),
        ([_job(2, OTHER), _job(1, MINE)], {}, False, "bought"),
        ([_job(1, MINE, model=None)], {}, True, "bought"),
        ([_job(1, MINE, created_at=LEFT + timedelta(days=3))], {}, True, "bought"),  # clocks may be off
        ([_job(1, MINE), _job(2, MINE)], {}, True, "open"),
        ([_job(1, MINE), _job(2, MINE)], {"job-2": LEFT}, True, "bought"),
        ([_job(1, MINE, model="trellis-1")], {}, True, "not-bought"),
        ([_job(1, {"resolution": "1024"})], {}, True, "not-bought"),
        ([], {}, True, "not-bought"),
        ([], {}, False, "open"),
        ([_job(1, OTHER)], {}, False, "open"),  # the list goes on, and may hold it
        ([_job(1, OTHER), _job(0, OTHER)], BEFORE, False, "not-bought"),
        ([_job(1, OTHER, created_at=LEFT - timedelta(minutes=11))], {}, False, "not-bought"),
        ([_job(1)], {}, True, "open"),  # the list does not say what was ordered
        ([_job(1, created_at=None)], {}, True, "open"),
        ([_job(1, created_at=LEFT - timedelta(hours=1))], {}, True, "not-bought"),
        ([_job(1)], {"job-1": LEFT}, True, "not-bought"),
    ],
)
def test_the_list_settles_only_what_is_certain(
    jobs: list[ListedJob], known: dict[str, datetime], complete: bool, outcome: str
) -> None:
    verdict = check_job_list(_purchase(), RecentJobs(jobs=tuple(jobs), complete=complete), known, now=SOON)
    assert verdict.outcome == outcome
    assert verdict.request_id == ("job-1" if outcome == "bought" else None)


def test_what_is_too_old_may_have_left_the_list() -> None:
    empty = RecentJobs(jobs=(), complete=True)
    assert check_job_list(_purchase(), empty, {}, now=LEFT + timedelta(hours=1)).outcome == "open"


async def _lost(order: Order, seller: Any, ledger: Ledger, upload: PhotoUpload) -> None:
    seller.refuse = OutcomeUnknown("silence")
    with pytest.raises(OutcomeUnknown):
        await place_order(order, upload, seller, ledger)
    seller.refuse = None


async def test_a_lost_job_is_adopted_and_a_missing_one_bought(
    ledger: Ledger, seller: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    first, second = make_order("a"), make_order("b")
    await _lost(first, seller, ledger, upload)
    found = ListedJob(request_id="job-x", model=first.model, settings=dict(first.settings))
    seller.listing = RecentJobs(jobs=(found,), complete=True)
    job = await place_order(first, upload, seller, ledger)
    assert (job.request_id, job.reused, seller.sold) == ("job-x", True, [])
    await _lost(second, seller, ledger, upload)  # the same settings, but that job has a purchase already
    job = await place_order(second, upload, seller, ledger)
    assert (job.request_id, seller.sold) == ("job-1", [second.key])


async def test_of_two_that_miss_the_same_order_one_orders_again(
    ledger: Ledger, make_order: MakeOrder, upload: PhotoUpload, seller: Any
) -> None:
    """Both have read a list without it; the second hears its answer when the first has sold already."""
    order = make_order()
    await _lost(order, seller, ledger, upload)
    empty = RecentJobs(jobs=(), complete=True)
    both_read, sold = asyncio.Barrier(2), asyncio.Event()

    class Reader(type(seller)):  # type: ignore[misc]
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


async def test_a_job_that_may_be_one_of_two_orders_goes_to_neither(
    ledger: Ledger, seller: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    orders = [make_order("a"), make_order("b")]  # one seed for all photos, and both answers were lost
    for order in orders:
        await _lost(order, seller, ledger, upload)
    found = ListedJob(request_id="job-x", model=orders[0].model, settings=dict(orders[0].settings))
    seller.listing = RecentJobs(jobs=(found,), complete=True)
    for order in orders:
        with pytest.raises(PurchaseHeld, match="another order's with the same settings"):
            await place_order(order, upload, seller, ledger)


@pytest.mark.parametrize("listing", [None, StatusUnavailable("no list"), RecentJobs(jobs=(), complete=False)])
async def test_without_certainty_it_is_held_for_a_person(
    ledger: Ledger, seller: Any, make_order: MakeOrder, upload: PhotoUpload, listing: Any
) -> None:
    order = make_order()
    await _lost(order, seller, ledger, upload)
    seller.listing = listing
    with pytest.raises(PurchaseHeld, match=rf"vitrine ledger resolve {order.key[:12]}"):
        await place_order(order, upload, seller, ledger)
    assert ledger.get(order.key).state == "unknown"  # type: ignore[union-attr]
    assert seller.sold == []


async def test_an_order_gets_its_time_to_turn_up_before_the_list_is_believed(
    ledger: Ledger, seller: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    order, slept = make_order(), []
    await _lost(order, seller, ledger, upload)
    seller.listing_delay_s, seller.listing = 300.0, RecentJobs(jobs=(), complete=True)

    class Clock:
        def now(self) -> float:
            return 0.0

        async def sleep(self, seconds: float) -> None:
            slept.append(seconds)

    assert not (await place_order(order, upload, seller, ledger, clock=Clock())).reused
    assert slept == [pytest.approx(300, abs=5)]


@pytest.mark.parametrize("place", ["data", "jobs", "items", "results"])
def test_the_list_is_read_in_whatever_shape_it_comes(place: str) -> None:
    line = {"job_id": "j", "created_at": "2026-01-01T12:00:00Z", "model": "m", "input": {"seed": 1}}
    read = read_job_list({place: [line, {"id": 7, "params": {"seed": 2}}]}, 100)
    assert read.complete
    assert read.jobs == (
        ListedJob(request_id="j", created_at=LEFT, model="m", settings={"seed": 1}),
        ListedJob(request_id="7", settings={"seed": 2}),
    )
    assert not read_job_list({place: [line] * 100}, 100).complete
    assert not read_job_list({place: [line], "has_more": True}, 100).complete
    assert not read_job_list({place: [{"nothing": 1}]}, 100).complete
    assert not read_job_list({"surprise": []}, 100).complete


def test_times_are_read_as_apis_write_them() -> None:
    seconds = LEFT.timestamp()
    for said in ("2026-01-01T12:00:00", "2026-01-01T13:00:00+01:00", seconds, int(seconds) * 1000):
        assert read_time(said) == LEFT
    for nonsense in (None, "yesterday", True, [], float("inf")):
        assert read_time(nonsense) in (None, datetime.fromtimestamp(1, UTC))
