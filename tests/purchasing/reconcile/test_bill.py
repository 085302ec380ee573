"""The account's bill proves only what cannot be otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from vitrine.ledger import Purchase
from vitrine.providers.base import Charge, ListedJob, RecentCharges, RecentJobs
from vitrine.providers.empiriolabs_usage import read_charges
from vitrine.purchasing.reconcile.bill import check_bill
from vitrine.purchasing.reconcile.reconcile import decide

LEFT = datetime(2026, 1, 1, 12, tzinfo=UTC)
LATE = LEFT + timedelta(hours=2)
AT = {"older": -5, "old": -6, "oldest": -7, "later": 5}
KNOWN = {name: LEFT + timedelta(minutes=minutes) for name, minutes in AT.items()}
PRICE = Decimal("0.249")


def _purchase(key: str = "k", price: Decimal = PRICE) -> Purchase:
    said: dict[str, Any] = dict.fromkeys(
        name for name, field in Purchase.model_fields.items() if field.is_required()
    )
    said |= {"key": key, "state": "unknown", "provider": "empiriolabs", "model": "trellis-2-4b"}
    said |= {"photo_sha256": "a" * 64, "settings": {"seed": 7}, "attempt": 1, "posts": 1}
    said |= dict.fromkeys(("product", "request_key", "run", "owner"), "")
    said |= {"price_usd": price, "claimed_at": LEFT, "submitting_at": LEFT}
    return Purchase.model_validate(said)


def _line(name: str, minutes: float | None = 0, usd: Decimal = PRICE) -> Charge:
    at = None if minutes is None else LEFT + timedelta(minutes=minutes)
    return Charge(request_id=name or None, usd=usd, created_at=at)


OLDER, OLD, OLDEST, LATER = (_line(name, minutes) for name, minutes in AT.items())
PAST, MINE = (OLDER, OLD, OLDEST), _line("job-x", 1)


def _ahead(line: Charge, minutes: float) -> Charge:
    assert line.created_at is not None
    return line.model_copy(update={"created_at": line.created_at + timedelta(minutes=minutes)})


@pytest.mark.parametrize(
    ("lines", "now", "outcome", "contradicts"),
    [
        ([MINE, *PAST], LEFT, "bought", False),
        ([LATER, MINE, *PAST], LATE, "bought", False),
        ([_ahead(line, 90) for line in (MINE, *PAST)], LEFT, "bought", False),  # their clock is off
        ([_ahead(MINE, 90), *PAST], LEFT, "open", True),  # it is not: a stranger's
        ([MINE, OLDER, OLD], LEFT, "open", True),  # whose account is it?
        ([_line("job-x", None), *PAST], LEFT, "open", True),
        ([_line("job-x", 5), *PAST], LEFT, "open", True),  # no order is on its way so long
        ([_line("job-x", usd=Decimal("0.025")), *PAST], LEFT, "open", True),  # another price
        ([MINE, _line("job-y"), *PAST], LEFT, "open", True),
        ([MINE, *PAST, _line("job-y", -600)], LEFT, "open", True),  # a stranger orders here, too
        ([LATER, *PAST, MINE], LATE, "bought", False),  # lines out of order: its time shows it
        ([LATER, OLDER], LATE, "not-bought", False),
        ([LATER, OLDER, _line("job-y", -600)], LATE, "not-bought", False),  # long before it left
        ([LATER, OLDER], LEFT + timedelta(minutes=59), "open", False),  # charges may come late
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
    verdict = check_bill(_purchase(), bill, KNOWN, now=now)
    assert (verdict.outcome, verdict.contradicts) == (outcome, contradicts), verdict.why
    assert verdict.request_id == ("job-x" if outcome == "bought" else None)


def test_a_complete_bill_needs_no_older_line() -> None:
    bill = RecentCharges(lines=(LATER,), complete=True)
    assert check_bill(_purchase(), bill, KNOWN, now=LATE).outcome == "not-bought"


@pytest.mark.parametrize(("price", "outcome"), [(PRICE, "open"), (Decimal("0.025"), "bought")])
def test_a_charge_that_may_be_another_open_orders_goes_to_neither(price: Decimal, outcome: str) -> None:
    bill = RecentCharges(lines=(MINE, *PAST), complete=False)
    rivals = [_purchase("other", price)]
    assert check_bill(_purchase(), bill, KNOWN, rivals=rivals, now=LEFT).outcome == outcome


def test_a_list_that_misses_a_charged_job_is_not_believed() -> None:
    nothing = RecentJobs(jobs=(), complete=True)
    bill = RecentCharges(lines=(MINE, *PAST), complete=False)
    soon = LEFT + timedelta(minutes=6)
    assert decide(_purchase(), nothing, "no bill", {}, [], now=soon).outcome == "not-bought"
    assert decide(_purchase(), nothing, bill, KNOWN, [], now=soon).request_id == "job-x"
    two = RecentCharges(lines=(MINE, _line("job-y"), OLDER), complete=False)
    assert decide(_purchase(), nothing, two, KNOWN, [], now=soon).outcome == "open"


def test_a_charge_whose_job_the_list_shows_to_be_anothers_is_no_doubt() -> None:
    foreign = ListedJob(request_id="job-x", created_at=LEFT, model="trellis-2-4b", settings={"seed": 8})
    recent = RecentJobs(jobs=(foreign,), complete=True)
    bill = RecentCharges(lines=(MINE, OLDER), complete=False)
    now = LEFT + timedelta(minutes=6)
    assert decide(_purchase(), recent, bill, KNOWN, [], now=now).outcome == "not-bought"


@pytest.mark.parametrize("place", ["data", "charges", "usage", "items", "records", "results"])
def test_a_bill_is_read_in_whatever_shape_it_comes(place: str) -> None:
    old = {"job_id": "a", "amount_usd": 0.025, "created_at": "2026-01-01T11:00:00Z"}
    new = {"request_id": "b", "cost": "0.249", "currency": "USD", "time": LEFT.timestamp()}
    read = read_charges({place: [old, new], "total_usd": 0.274})
    assert read is not None
    assert read.lines == (
        _line("b"),
        Charge(request_id="a", usd=Decimal("0.025"), created_at=LEFT - timedelta(hours=1)),
    )
    assert read.complete
    for more in ({}, {"total_usd": 0.5}, {"total_usd": "many"}):
        cut = read_charges({place: [old, new], **more})
        assert cut is not None
        assert not cut.complete
    assert read_charges({"total_usd": 3}) is None
    assert read_charges({place: {"sum": 3}}) is None
