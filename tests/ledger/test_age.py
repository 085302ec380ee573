"""Ages of orders when the time of day is set forward or back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from vitrine.errors import ProviderUnreachable
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.breaker import acquire_permission, record_result
from vitrine.ledger.accounts.rate_lease import lease_from
from vitrine.ledger.age import Age
from vitrine.ledger.owner import me
from vitrine.ledger.schema import purchases, rate_limits
from vitrine.models.order import Order
from vitrine.providers.http.rate_limiter import Rate

PRICE = Decimal("0.249")
STEPS = pytest.mark.parametrize("step_h", [2, -2])


class Clocks:
    """The clocks of one machine: `step` sets its time of day, `sleep` lets time pass."""

    def __init__(self) -> None:
        self.passed_s = 0.0
        self.step = timedelta()

    def now(self) -> datetime:
        return datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(seconds=self.passed_s) + self.step

    def uptime_s(self) -> float:
        return 5000.0 + self.passed_s


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


@pytest.fixture
def ledger(url: str, clocks: Clocks) -> Ledger:
    ledger = Ledger.open(url, now=clocks.now)
    ledger.uptime_s = clocks.uptime_s
    return ledger


def _send(ledger: Ledger, order: Order, owner: str) -> str:
    ledger.claim(order, PRICE)
    ledger.record_intent(order.key)
    with ledger.transaction() as connection:
        connection.execute(sa.update(purchases).values(owner=owner))
    return order.key


def _age(ledger: Ledger, key: str) -> Age:
    purchase = ledger.get(key)
    assert purchase is not None
    return ledger.age(purchase)


CONTAINER = "another-container:" + me().split(":")[1] + ":1/1/1"
"""A process that runs on the same kernel, which cannot be seen from here."""


@STEPS
def test_what_must_have_passed_is_the_lesser_and_what_may_have_passed_the_greater(
    ledger: Ledger, clocks: Clocks, make_order: Callable[..., Order], step_h: int
) -> None:
    key = _send(ledger, make_order(), me())
    clocks.passed_s += 100
    assert _age(ledger, key) == Age.exactly(100)
    clocks.step = timedelta(hours=step_h)
    age = _age(ledger, key)
    assert age.clock_was_set
    assert age.at_least_s == (100 if step_h > 0 else 0)
    assert age.at_most_s == (7300 if step_h > 0 else 100)


def test_the_age_of_another_machines_order_is_not_known_after_a_clock_was_set_back(
    ledger: Ledger, clocks: Clocks, make_order: Callable[..., Order]
) -> None:
    key = _send(ledger, make_order(), "elsewhere:12345678:1/1/1")
    clocks.passed_s += 100
    assert _age(ledger, key) == Age.exactly(100)
    clocks.step = timedelta(hours=-2)
    age = _age(ledger, key)
    assert (age.at_least_s, age.clock_was_set) == (0, True)
    assert age.at_most_s > 10**8


@STEPS
def test_a_living_claim_of_another_container_is_not_taken_when_the_clock_is_set(
    ledger: Ledger, clocks: Clocks, make_order: Callable[..., Order], step_h: int
) -> None:
    order = make_order()
    _send(ledger, order, CONTAINER)
    clocks.passed_s += 60
    clocks.step = timedelta(hours=step_h)
    purchase, ours = ledger.claim(order, PRICE)
    assert (purchase.state, ours) == ("submitting", False)
    clocks.passed_s += 2 * 3600 + 901
    assert ledger.claim(order, PRICE)[0].state == "unknown"


@STEPS
async def test_slots_are_leased_on_when_the_clock_is_set(ledger: Ledger, step_h: int) -> None:
    rate = Rate(per_minute=50)
    lease = lease_from(ledger, "empiriolabs")
    await lease(rate, 10)
    with ledger.transaction() as connection:  # as a machine writes it whose clock is hours ahead, or behind
        ahead = rate_limits.c.empty_at_s + step_h * 3600
        connection.execute(sa.update(rate_limits).values(empty_at_s=ahead))
    assert max(await lease(rate, 5)) < 60


@STEPS
def test_an_open_breaker_lets_a_probe_through_when_the_clock_is_set(
    ledger: Ledger, clocks: Clocks, step_h: int
) -> None:
    for _ in range(3):
        record_result(ledger, "acme", ProviderUnreachable("down"))
    assert acquire_permission(ledger, "acme") is not None
    clocks.step = timedelta(hours=step_h)
    assert acquire_permission(ledger, "acme") is None


def test_the_ledgers_clock_is_the_database_servers(url: str) -> None:
    ledger = Ledger.open(url)
    assert abs(ledger.now() - datetime.now(UTC)) < timedelta(minutes=1)
    if url.startswith("postgresql"):
        with ledger.transaction() as connection:
            connection.exec_driver_sql("SET LOCAL timezone = 'Asia/Tokyo'")
            tokyo = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
        assert abs(ledger.now() - tokyo) < timedelta(minutes=1)
    ledger.close()
