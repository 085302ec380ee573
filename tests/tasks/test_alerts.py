"""What people are told, once each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tasks.alerts import ALERTS, spending_and_accounts, unreported
from vitrine.errors import ProviderRefused
from vitrine.ledger import Caps, Ledger
from vitrine.ledger.accounts.breaker import record_result, reset
from vitrine.models.order import Order

MakeOrder = Callable[..., Order]


class Clock:
    """The ledger's clock, set by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 26, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Ledger:
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}", now=clock)
    ledger.caps = Caps(day_usd=Decimal(10), month_usd=Decimal(100))
    return ledger


def told(ledger: Ledger) -> list[tuple[str, str]]:
    return [(alert.event, alert.message) for alert in unreported(ledger, spending_and_accounts(ledger))]


def test_a_cap_is_reported_once_a_period_from_80_percent_on(
    ledger: Ledger, make_order: MakeOrder, clock: Clock
) -> None:
    ledger.claim(make_order("a"), Decimal("7.99"))
    assert told(ledger) == []
    ledger.claim(make_order("b"), Decimal("0.01"))
    message = "$8.00 of the $10 cap of this day are spent or promised"
    assert told(ledger) == [("vitrine.budget.nearly-used", message)]
    ledger.claim(make_order("c"), Decimal(1))
    assert told(ledger) == []
    clock.time += timedelta(days=1)
    assert told(ledger) == []
    ledger.claim(make_order("d"), Decimal(9))
    assert len(told(ledger)) == 1


def test_an_account_that_waits_for_a_person_is_reported_once_a_day(ledger: Ledger, clock: Clock) -> None:
    record_result(ledger, "pixazo ab12", ProviderRefused("the wallet is empty", status=402))
    ((event, message),) = told(ledger)
    assert event == "vitrine.account.paused"
    assert message.startswith("pixazo takes no orders until a person reopens it: ")
    assert "the wallet is empty" in message
    clock.time += timedelta(hours=3)
    assert told(ledger) == []
    clock.time += timedelta(days=1)
    assert len(told(ledger)) == 1
    reset(ledger, "pixazo")
    clock.time += timedelta(days=1)
    assert told(ledger) == []


def test_a_short_pause_is_reported_at_most_once_an_hour(ledger: Ledger, clock: Clock) -> None:
    for _ in range(5):
        record_result(ledger, "pixazo ab12", ProviderRefused("no", status=403))
        clock.time += timedelta(seconds=1)
    assert len(told(ledger)) == 1
    assert told(ledger) == []
    clock.time += timedelta(hours=1)
    record_result(ledger, "pixazo ab12", ProviderRefused("no", status=403))
    assert len(told(ledger)) == 1


def test_every_alert_is_one_that_people_are_told(ledger: Ledger, make_order: MakeOrder) -> None:
    ledger.claim(make_order("a"), Decimal(9))
    record_result(ledger, "pixazo ab12", ProviderRefused("no", status=402))
    found = {alert.event for alert in spending_and_accounts(ledger)}
    assert found == {"vitrine.budget.nearly-used", "vitrine.account.paused"}
    assert found <= set(ALERTS)
