"""Buying once, whatever happens on the way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from vitrine.errors import (
    BudgetReached,
    JobExpired,
    JobFailed,
    JobNotFound,
    LedgerError,
    OptionRefused,
    OutcomeUnknown,
    ProviderBusy,
    PurchaseHeld,
)
from vitrine.ledger import Caps, Ledger
from vitrine.models import Job
from vitrine.models.job_status import JobStatus
from vitrine.models.order import Order
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.place_order import place_order

MakeOrder = Callable[..., Order]


def _state(ledger: Ledger, order: Order) -> str | None:
    purchase = ledger.get(order.key)
    return purchase and purchase.state


async def test_the_same_order_is_bought_once(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    order = make_order()
    first = await place_order(order, upload, fake_provider, ledger, product="mug")
    second = await place_order(order, upload, fake_provider, ledger)
    assert (first.reused, second.reused) == (False, True)
    differ = {"reused", "price_usd", "submitted_at"}  # the ledger has the time of its own clock
    assert first.model_dump(exclude=differ) == second.model_dump(exclude=differ)
    await place_order(make_order(attempt=2), upload, fake_provider, ledger)
    assert len(fake_provider.sold) == 2


async def test_concurrent_equal_orders_share_one_purchase(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    jobs = await asyncio.gather(
        *(place_order(make_order(), upload, fake_provider, ledger) for _ in range(20))
    )
    assert len(fake_provider.sold) == 1
    assert {job.request_id for job in jobs} == {"job-1"}
    assert sum(not job.reused for job in jobs) == 1


async def test_the_intent_is_on_disk_before_the_order_is_sent(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    order = make_order()
    seen = []

    async def submit(order: Order, upload: PhotoUpload, **more: Any) -> Job:  # noqa: ARG001
        seen.append(_state(ledger, order))
        raise OutcomeUnknown("silence")

    fake_provider.submit = submit
    with pytest.raises(OutcomeUnknown):
        await place_order(order, upload, fake_provider, ledger)
    assert seen == ["submitting"]
    assert _state(ledger, order) == "unknown"


@pytest.mark.parametrize("error", [ProviderBusy("429"), OptionRefused("p", "seed", "no")])
async def test_after_a_refusal_the_order_may_be_sent_again(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload, error: Exception
) -> None:
    order = make_order()
    fake_provider.refuse = error
    with pytest.raises(type(error)):
        await place_order(order, upload, fake_provider, ledger)
    assert _state(ledger, order) == "refused"
    fake_provider.refuse = None
    assert not (await place_order(order, upload, fake_provider, ledger)).reused


@pytest.mark.parametrize("error", [OutcomeUnknown("silence"), RuntimeError("a bug")])
async def test_after_anything_else_it_is_held_for_a_person(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload, error: Exception
) -> None:
    order = make_order()
    fake_provider.refuse = error
    with pytest.raises(type(error)):
        await place_order(order, upload, fake_provider, ledger)
    fake_provider.refuse = None
    with pytest.raises(PurchaseHeld, match=rf"vitrine ledger resolve {order.key[:12]} --bought"):
        await place_order(order, upload, fake_provider, ledger)
    assert fake_provider.sold == []


async def test_a_cancelled_order_still_records_its_receipt(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    order, out, may_answer = make_order(), asyncio.Event(), asyncio.Event()
    plain = fake_provider.submit

    async def submit(order: Order, upload: PhotoUpload, **more: Any) -> Job:
        out.set()
        await may_answer.wait()
        return await plain(order, upload, **more)  # type: ignore[no-any-return]

    fake_provider.submit = submit
    task = asyncio.create_task(place_order(order, upload, fake_provider, ledger))
    await out.wait()
    task.cancel()
    await asyncio.sleep(0.05)
    may_answer.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert _state(ledger, order) == "submitted"
    assert (await place_order(order, upload, fake_provider, ledger)).reused


async def test_an_order_cancelled_before_it_was_sent_may_be_claimed_by_others(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    order, queueing = make_order(), asyncio.Event()

    async def wait_for_rate_limit() -> None:
        queueing.set()
        await asyncio.sleep(60)

    fake_provider.wait_for_rate_limit = wait_for_rate_limit
    task = asyncio.create_task(place_order(order, upload, fake_provider, ledger))
    await queueing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (_state(ledger, order), fake_provider.sold) == ("refused", [])


async def test_a_failed_or_expired_purchase_is_not_bought_again(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    def abandon(key: str, why: str) -> None:
        seen = ledger.get(key)
        assert seen is not None
        assert ledger.settle(seen, "abandoned", why)

    ends: list[tuple[Any, type[Exception]]] = [
        (ledger.mark_failed, JobFailed),
        (ledger.mark_expired, JobExpired),
        (abandon, PurchaseHeld),
    ]
    for number, (end, error) in enumerate(ends):
        order = make_order(str(number))
        await place_order(order, upload, fake_provider, ledger)
        end(order.key, "over")
        failed = JobStatus(state="failed", error="boom")
        fake_provider.statuses = [failed if error is JobFailed else JobNotFound("HTTP 404")]
        with pytest.raises(error, match=r"over.*raise the attempt above 1"):
            await place_order(order, upload, fake_provider, ledger)
    assert len(fake_provider.sold) == 3


async def test_a_failed_or_expired_purchase_that_is_there_after_all_is_taken_back(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    order = make_order()
    for state in ("processing", "completed"):
        fake_provider.statuses = [JobStatus(state=state)]
        for end in (ledger.mark_failed, ledger.mark_expired):
            await place_order(order, upload, fake_provider, ledger)
            end(order.key, "one answer, which was wrong")
            job = await place_order(order, upload, fake_provider, ledger)
            assert (job.reused, _state(ledger, order)) == (True, "submitted")
    assert len(fake_provider.sold) == 1


async def test_a_failure_that_was_free_costs_its_quote_again_when_it_is_taken_back(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    order = make_order()
    await place_order(order, upload, fake_provider, ledger)
    ledger.mark_failed(order.key, "boom", charged=False)
    assert ledger.get(order.key).price_usd == 0  # type: ignore[union-attr]
    await place_order(order, upload, fake_provider, ledger)
    assert ledger.get(order.key).price_usd == Decimal("0.249")  # type: ignore[union-attr]


async def test_a_cap_stops_buying_and_leaves_no_claim(
    url: str, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    ledger = Ledger.open(url, caps=Caps(day_usd="0.3"))
    await place_order(make_order("a"), upload, fake_provider, ledger)
    with pytest.raises(BudgetReached):
        await place_order(make_order("b"), upload, fake_provider, ledger)
    assert _state(ledger, make_order("b")) is None
    assert (await place_order(make_order("a"), upload, fake_provider, ledger)).reused
    ledger.close()


async def test_without_a_ledger_nothing_is_bought(
    ledger: Ledger, fake_provider: Any, make_order: MakeOrder, upload: PhotoUpload
) -> None:
    with ledger.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE purchases")
    with pytest.raises(LedgerError, match="nothing is bought without it"):
        await place_order(make_order(), upload, fake_provider, ledger)
    assert fake_provider.sold == []
