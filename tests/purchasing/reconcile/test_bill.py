"""The account's bill proves only what cannot be otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from vitrine.ledger import Purchase
from vitrine.ledger.age import Age
from vitrine.providers.base import Charge, ListedJob, RecentCharges, RecentJobs
from vitrine.providers.empiriolabs_usage import read_charges
from vitrine.purchasing.reconcile.bill import check_bill
from vitrine.purchasing.reconcile.reconcile import decide

SENT_AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATE = SENT_AT + timedelta(hours=2)
AT = {"older": -5, "old": -6, "oldest": -7, "later": 5}
KNOWN = {name: SENT_AT + timedelta(minutes=minutes) for name, minutes in AT.items()}
PRICE = Decimal("0.249")


def _age(now: datetime) -> Age:
    return Age.exactly((now - SENT_AT).total_seconds())


def _purchase(key: str = "k", price: Decimal = PRICE) -> Purchase:
    values: dict[str, Any] = dict.fromkeys(
        name for name, field in Purchase.model_fields.items() if field.is_required()
    )
    values |= {"key": key, "state": "unknown", "provider": "empiriolabs", "model": "trellis-2-4b"}
    values |= {"photo_sha256": "a" * 64, "settings": {"seed": 7}, "attempt": 1, "posts": 1}
    values |= dict.fromkeys(("product", "request_key", "run", "owner"), "")
    values |= {"price_usd": price, "claimed_at": SENT_AT, "submitting_at": SENT_AT}
    return Purchase.model_validate(values)


def _line(name: str, minutes: float | None = 0, usd: Decimal = PRICE) -> Charge:
    at = None if minutes is None else SENT_AT + timedelta(minutes=minutes)
    return Charge(request_id=name or None, usd=usd, created_at=at)


OLDER, OLD, OLDEST, LATER = (_line(name, minutes) for name, minutes in AT.items())
PAST, ORDERED = (OLDER, OLD, OLDEST), _line("job-x", 1)


def _ahead(line: Charge, minutes: float) -> Charge:
    assert line.created_at is not None
    return line.model_copy(update={"created_at": line.created_at + timedelta(minutes=minutes)})


@pytest.mark.parametrize(
    ("lines", "now", "outcome", "contradicts"),
    [
        ([ORDERED, *PAST], SENT_AT, "bought", False),
        ([LATER, ORDERED, *PAST], LATE, "bought", False),
        ([_ahead(line, 90) for line in (ORDERED, *PAST)], SENT_AT, "bought", False),  # their clock is off
        ([_ahead(ORDERED, 90), *PAST], SENT_AT, "open", True),  # it is not: another buyer's
        ([ORDERED, OLDER, OLD], SENT_AT, "open", True),  # whose account is it?
        ([_line("job-x", None), *PAST], SENT_AT, "open", True),
        ([_line("job-x", 5), *PAST], SENT_AT, "open", True),  # no order is on its way so long
        ([_line("job-x", usd=Decimal("0.025")), *PAST], SENT_AT, "open", True),  # another price
        ([ORDERED, _line("job-y"), *PAST], SENT_AT, "open", True),
        ([ORDERED, *PAST, _line("job-y", -600)], SENT_AT, "open", True),  # another buyer orders here, too
        ([LATER, *PAST, ORDERED], LATE, "bought", False),  # lines out of order: its time shows it
        ([LATER, OLDER], LATE, "not-bought", False),
        ([LATER, OLDER, _line("job-y", -600)], LATE, "not-bought", False),  # long before it left
        ([LATER, OLDER], SENT_AT + timedelta(minutes=59), "open", False),  # charges may come late
        ([OLDER], LATE, "open", False),  # nothing shows that the bill has gone on
        ([LATER], LATE, "open", False),  # it may go on below
        ([], LATE, "open", False),
        ([LATER, _line("", 0), OLDER], LATE, "open", False),  # a line without its job
    ],
)
def test_a_bill_settles_only_what_is_certain(
    lines: list[Charge], now: datetime, outcome: str, contradicts: bool
) -> None:
    bill = RecentCharges(lines=tuple(lines), complete=False)
    verdict = check_bill(_purchase(), bill, KNOWN, age=_age(now))
    assert (verdict.outcome, verdict.contradicts) == (outcome, contradicts), verdict.why
    assert verdict.request_id == ("job-x" if outcome == "bought" else None)


def test_a_complete_bill_needs_no_older_line() -> None:
    bill = RecentCharges(lines=(LATER,), complete=True)
    assert check_bill(_purchase(), bill, KNOWN, age=_age(LATE)).outcome == "not-bought"


@pytest.mark.parametrize(("price", "outcome"), [(PRICE, "open"), (Decimal("0.025"), "bought")])
def test_a_charge_that_matches_two_orders_is_assigned_to_neither(price: Decimal, outcome: str) -> None:
    bill = RecentCharges(lines=(ORDERED, *PAST), complete=False)
    rivals = [_purchase("other", price)]
    assert check_bill(_purchase(), bill, KNOWN, rivals=rivals, age=_age(SENT_AT)).outcome == outcome


def test_a_charge_overrules_a_list_without_the_job() -> None:
    nothing = RecentJobs(jobs=(), complete=True)
    bill = RecentCharges(lines=(ORDERED, *PAST), complete=False)
    soon = SENT_AT + timedelta(minutes=6)
    assert decide(_purchase(), nothing, "no bill", {}, [], age=_age(soon)).outcome == "not-bought"
    assert decide(_purchase(), nothing, bill, KNOWN, [], age=_age(soon)).request_id == "job-x"
    two = RecentCharges(lines=(ORDERED, _line("job-y"), OLDER), complete=False)
    assert decide(_purchase(), nothing, two, KNOWN, [], age=_age(soon)).outcome == "open"


def test_a_charge_for_another_listed_order_is_ignored() -> None:
    foreign = ListedJob(request_id="job-x", created_at=SENT_AT, model="trellis-2-4b", settings={"seed": 8})
    recent = RecentJobs(jobs=(foreign,), complete=True)
    bill = RecentCharges(lines=(ORDERED, OLDER), complete=False)
    now = SENT_AT + timedelta(minutes=6)
    assert decide(_purchase(), recent, bill, KNOWN, [], age=_age(now)).outcome == "not-bought"


@pytest.mark.parametrize("place", ["data", "charges", "usage", "items", "records", "results"])
def test_the_bill_is_read_in_every_shape(place: str) -> None:
    old = {"job_id": "a", "amount_usd": 0.025, "created_at": "2026-01-01T11:00:00Z"}
    new = {"request_id": "b", "cost": "0.249", "currency": "USD", "time": SENT_AT.timestamp()}
    read = read_charges({place: [old, new], "total_usd": 0.274})
    assert read is not None
    assert read.lines == (
        _line("b"),
        Charge(request_id="a", usd=Decimal("0.025"), created_at=SENT_AT - timedelta(hours=1)),
    )
    assert read.complete
    for more in ({}, {"total_usd": 0.5}, {"total_usd": "many"}):
        cut = read_charges({place: [old, new], **more})
        assert cut is not None
        assert not cut.complete
    assert read_charges({"total_usd": 3}) is None
    assert read_charges({place: {"sum": 3}}) is None
