"""Listing purchases, their costs, and settling unknown ones by hand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from vitrine.errors import InputError, LedgerError
from vitrine.ledger import Ledger
from vitrine.ledger.listing import Filter, find_by_prefix, list_purchases, to_csv
from vitrine.ledger.report import Cost, costs
from vitrine.models import Job
from vitrine.models.order import Order
from vitrine.purchasing.resolve import resolve

MakeOrder = Callable[..., Order]
PRICE = Decimal("0.249")
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Time:
    """A clock that a test sets."""

    now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def ledger(url: str, time: Time, make_order: MakeOrder) -> Iterator[Ledger]:
    """Six purchases, a day apart: fetched, submitted, failed, unknown, refused, abandoned."""
    ledger = Ledger.open(url, run="r1", now=time)
    for number, name in enumerate(("fetched", "submitted", "failed", "unknown", "refused", "abandoned")):
        time.now = START + timedelta(days=number)
        order = make_order(name, provider="pixazo" if number == 1 else "empiriolabs")
        ledger.claim(order, PRICE, product=f"product-{number % 2}")
        ledger.record_intent(order.key)
        job = Job(key=order.key, provider=order.provider, request_id=f"job-{number}", submitted_at=time.now)
        match name:
            case "unknown" | "abandoned":
                ledger.mark_unknown(order.key, "silence")
            case "refused":
                ledger.mark_refused(order.key, "429")
            case _:
                ledger.record_receipt(job)
        if name == "failed":
            ledger.mark_failed(order.key, "boom")
        if name == "abandoned":
            resolve(ledger, order.key, bought=True)
        if name == "fetched":
            ledger.mark_completed(order.key)
    yield ledger
    ledger.close()


def test_purchases_are_filtered(ledger: Ledger) -> None:
    def keys(**wanted: object) -> list[int]:
        return [(p.claimed_at - START).days for p in list_purchases(ledger, Filter.model_validate(wanted))]

    assert keys() == [0, 1, 2, 3, 4, 5]
    assert keys(states=("unknown", "refused")) == [3, 4]
    assert keys(provider="pixazo") == [1]
    assert keys(product="product-0") == [0, 2, 4]
    assert keys(since=START + timedelta(days=4)) == [4, 5]
    assert keys(run="other") == []


def test_csv_has_every_column_and_can_be_read_back(ledger: Ledger) -> None:
    lines = list(csv.DictReader(io.StringIO(to_csv(list_purchases(ledger, Filter())))))
    assert [line["state"] for line in lines] == [
        "completed",
        "submitted",
        "failed",
        "unknown",
        "refused",
        "abandoned",
    ]
    assert lines[0]["claimed_at"] == "2026-01-01T12:00:00Z"
    assert json.loads(lines[0]["settings"]) == {"resolution": "1024"}
    assert Decimal(lines[0]["price_usd"]) == PRICE


def test_costs_separate_accepted_from_unknown_orders(ledger: Ledger) -> None:
    everything = list_purchases(ledger, Filter())
    assert costs(everything, "provider") == [
        Cost(group="empiriolabs", bought=3, paid_usd=3 * PRICE, open_usd=PRICE),
        Cost(group="pixazo", bought=1, paid_usd=PRICE, open_usd=Decimal(0)),
    ]
    assert [(c.group, c.bought) for c in costs(everything, "product")] == [("product-0", 2), ("product-1", 2)]
    assert [c.group for c in costs(everything, "day")] == [
        "2026-01-01",
        "2026-01-02",
        "2026-01-03",
        "2026-01-04",
        "2026-01-06",
    ]


def test_a_purchase_is_found_by_the_beginning_of_its_key(ledger: Ledger) -> None:
    purchase = list_purchases(ledger, Filter())[0]
    assert find_by_prefix(ledger, purchase.key[:8].upper()) == purchase
    for bad, why in (("abc", "at least 6"), ("%%%%%%%", "at least 6"), ("0123456", "no purchase 0123456")):
        with pytest.raises(InputError, match=why):
            find_by_prefix(ledger, bad)


def test_a_person_settles_unknown_purchases_and_no_others(ledger: Ledger, make_order: MakeOrder) -> None:
    (unknown,) = list_purchases(ledger, Filter(states=("unknown",)))
    with pytest.raises(LedgerError, match="job job-0 belongs to another purchase"):
        resolve(ledger, unknown.key[:8], bought=True, request_id="job-0")
    settled = resolve(ledger, unknown.key[:8], bought=True, request_id="job-77")
    assert (settled.state, settled.request_id) == ("submitted", "job-77")
    for purchase in list_purchases(ledger, Filter()):
        with pytest.raises(LedgerError, match=f"is {purchase.state}: only an unknown one"):
            resolve(ledger, purchase.key, bought=False)
    for bought, state in ((False, "refused"), (True, "abandoned")):
        order = make_order(state + "!")
        ledger.claim(order, PRICE)
        ledger.record_intent(order.key)
        ledger.mark_unknown(order.key, "silence")
        assert resolve(ledger, order.key, bought=bought).state == state
