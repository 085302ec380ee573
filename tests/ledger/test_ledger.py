"""The ledger itself, in both databases: who may order, and what is written when."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from vitrine.errors import BudgetReached, ConfigError, LedgerError, PurchaseHeld
from vitrine.ledger import Caps, Ledger
from vitrine.ledger.claim import IN_HAND
from vitrine.ledger.owner import is_gone, me
from vitrine.ledger.schema import purchases
from vitrine.models import Blob, Job
from vitrine.models.order import Order

MakeOrder = Callable[..., Order]
PRICE = Decimal("0.249")
RAW = Blob(sha256="b" * 64, size_bytes=9, media_type="model/gltf-binary")

# Another process that claims (and intends) the order of argv[2], and then ends without a word.
DIES = """
import sys, os
from decimal import Decimal
from vitrine.ledger import Ledger
from vitrine.models.order import Order
ledger, order = Ledger.open(sys.argv[1]), Order.model_validate_json(sys.argv[2])
assert ledger.claim(order, Decimal("0.249"))[1]
if sys.argv[3] == "submitting":
    ledger.record_intent(order.key)
os._exit(9)
"""


def _receipt(order: Order) -> Job:
    return Job(key=order.key, provider=order.provider, request_id="j1", submitted_at=datetime.now(UTC))


def test_a_purchase_goes_through_its_states_with_its_times(ledger: Ledger, make_order: MakeOrder) -> None:
    order = make_order()
    seen = []
    for step in (
        lambda: ledger.claim(order, PRICE, product="mug"),
        lambda: ledger.record_intent(order.key),
        lambda: ledger.record_receipt(_receipt(order)),
        lambda: ledger.mark_completed(order.key),
        lambda: ledger.mark_fetched(order.key, RAW),
    ):
        step()
        purchase = ledger.get(order.key)
        assert purchase is not None
        seen.append(purchase.state)
    assert seen == ["claimed", "submitting", "submitted", "completed", "fetched"]
    assert purchase.settings == order.settings
    assert (purchase.product, purchase.price_usd, purchase.posts, purchase.raw) == ("mug", PRICE, 1, RAW)
    times = (
        purchase.claimed_at,
        purchase.submitting_at,
        purchase.submitted_at,
        purchase.completed_at,
        purchase.fetched_at,
    )
    assert all(time is not None and time.tzinfo is UTC for time in times)
    assert list(times) == sorted(times)  # type: ignore[type-var]
    job = purchase.job()
    assert (job.request_id, job.reused, job.price_usd) == ("j1", True, PRICE)


def test_one_of_many_concurrent_claims_succeeds(url: str, make_order: MakeOrder) -> None:
    ledgers = [Ledger.open(url) for _ in range(8)]
    order = make_order()
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda ledger: ledger.claim(order, PRICE)[1], ledgers))
    assert won.count(True) == 1
    for ledger in ledgers:
        ledger.close()


@pytest.mark.parametrize("reached", ["claimed", "submitting"])
def test_a_dead_claimant_is_replaced_but_its_order_is_never_sent_again(
    url: str, ledger: Ledger, make_order: MakeOrder, reached: str
) -> None:
    order = make_order()
    command = [sys.executable, "-c", DIES, url, order.model_dump_json(), reached]
    assert subprocess.run(command, check=False).returncode == 9
    purchase, ours = ledger.claim(order, PRICE)
    assert (purchase.state, ours) == (("claimed", True) if reached == "claimed" else ("unknown", False))
    assert ledger.claim(order, PRICE)[1] is False


def test_a_claim_of_another_machine_is_kept_until_its_lease_ends(url: str, make_order: MakeOrder) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    ledger = Ledger.open(url, now=lambda: now)
    order = make_order()
    ledger.claim(order, PRICE)
    with ledger.transaction() as connection:
        connection.execute(purchases.update().values(owner="elsewhere:1:2/77/88"))
    now += timedelta(minutes=14)
    assert ledger.claim(order, PRICE)[1] is False
    now += timedelta(minutes=2)
    assert ledger.claim(order, PRICE)[1] is True
    ledger.close()


def test_a_dropped_claim_can_be_claimed_again_in_the_same_process(
    ledger: Ledger, make_order: MakeOrder
) -> None:
    order = make_order()
    assert ledger.claim(order, PRICE)[1]
    assert not ledger.claim(order, PRICE)[1]
    ledger.drop_claim(order.key)
    assert (ledger.name, order.key) not in IN_HAND
    assert ledger.claim(order, PRICE)[1]


def test_only_the_claimant_may_send(ledger: Ledger, make_order: MakeOrder) -> None:
    order = make_order()
    with pytest.raises(PurchaseHeld):
        ledger.record_intent(order.key)
    ledger.claim(order, PRICE)
    ledger.record_intent(order.key)
    with pytest.raises(PurchaseHeld):
        ledger.record_intent(order.key)


def test_a_refused_order_may_be_claimed_again_and_a_late_receipt_overrules_it(
    ledger: Ledger, make_order: MakeOrder
) -> None:
    order = make_order()
    ledger.claim(order, PRICE)
    ledger.record_intent(order.key)
    ledger.mark_refused(order.key, "HTTP 429")
    assert ledger.get(order.key).error == "HTTP 429"  # type: ignore[union-attr]
    assert ledger.claim(order, PRICE)[1]
    ledger.record_intent(order.key)
    ledger.mark_unknown(order.key, "timed out")
    ledger.record_receipt(_receipt(order))
    purchase = ledger.get(order.key)
    assert purchase is not None
    assert (purchase.state, purchase.posts, purchase.error, purchase.ended_at) == ("submitted", 2, None, None)


def test_evidence_on_one_order_does_not_settle_the_next_one(ledger: Ledger, make_order: MakeOrder) -> None:
    """Two processes look for the same lost order; the slower one must not touch what the other has sent."""
    order = make_order()
    ledger.claim(order, PRICE)
    ledger.record_intent(order.key)
    ledger.mark_unknown(order.key, "silence")
    seen = ledger.get(order.key)
    assert seen is not None
    assert ledger.settle(seen, "refused", "not in the list")  # the quicker one, which orders again
    assert ledger.claim(order, PRICE)[1]
    assert not ledger.settle(seen, "refused", "not in the list")
    ledger.record_intent(order.key)
    assert not ledger.settle(seen, "refused", "not in the list")
    assert ledger.get(order.key).state == "submitting"  # type: ignore[union-attr]
    ledger.mark_unknown(order.key, "silence")
    assert not ledger.settle(seen, "refused", "not in the list")
    assert ledger.get(order.key).state == "unknown"  # type: ignore[union-attr]


def test_a_process_changes_only_its_own_orders(ledger: Ledger, make_order: MakeOrder) -> None:
    order = make_order()
    ledger.claim(order, PRICE)
    ledger.record_intent(order.key)
    with ledger.transaction() as connection:
        connection.execute(purchases.update().values(owner="elsewhere:1:2/77/88"))
    ledger.mark_refused(order.key, "HTTP 429")
    ledger.mark_unknown(order.key, "silence")
    assert ledger.get(order.key).state == "submitting"  # type: ignore[union-attr]


def test_caps_count_what_is_paid_or_may_be_and_days_are_utc(url: str, make_order: MakeOrder) -> None:
    now = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
    caps = Caps(run_usd="1.00", day_usd="0.60", month_usd="0.80")
    ledger = Ledger.open(url, caps=caps, run="a", now=lambda: now)
    first, second, third, fourth = (make_order(str(n)) for n in range(4))
    ledger.claim(first, PRICE)
    ledger.claim(second, PRICE)
    with pytest.raises(BudgetReached, match=r"\$0.60 a day .*\$0.498 spent.*\$0.102 left.*\$0.249"):
        ledger.claim(third, PRICE)
    assert ledger.get(third.key) is None
    ledger.mark_refused(second.key, "refused")
    assert ledger.claim(third, PRICE)[1]
    now += timedelta(hours=2)  # next day, next month
    ledger.claim(second, PRICE)
    with pytest.raises(BudgetReached, match=r"\$1.00 a run"):
        ledger.claim(fourth, Decimal("0.30"))
    ledger.run = "b"
    assert ledger.claim(fourth, PRICE)[1]
    assert not ledger.claim(first, PRICE)[1]  # already bought: no cap stands in the way
    ledger.close()


def test_a_failure_that_is_not_charged_costs_nothing(ledger: Ledger, make_order: MakeOrder) -> None:
    for name, charged, price in (("a", False, 0), ("b", None, PRICE), ("c", True, PRICE)):
        order = make_order(name)
        ledger.claim(order, PRICE)
        ledger.record_receipt(_receipt(order))
        ledger.mark_failed(order.key, "boom", charged=charged)
        purchase = ledger.get(order.key)
        assert purchase is not None
        assert (purchase.state, purchase.price_usd) == ("failed", price)


@pytest.mark.parametrize("bad", ["nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "oracle:///x"])
def test_a_url_that_is_no_ledger_is_refused(bad: str) -> None:
    with pytest.raises(ConfigError, match="sqlite:///PATH"):
        Ledger.open(bad)


def test_a_ledger_that_cannot_be_written_is_refused_when_it_is_opened(tmp_path: Path) -> None:
    file = tmp_path / "ledger.sqlite3"
    file.write_bytes(b"this is no database, but quite a long text file instead of one. " * 20)
    with pytest.raises(LedgerError, match=r"ledger sqlite:////.*not a database"):
        Ledger.open(f"sqlite:///{file}")
    with pytest.raises(ConfigError, match=r"File exists|Not a directory"):
        Ledger.open(f"sqlite:///{file}/below.sqlite3")
    with pytest.raises(LedgerError, match="connection failed"):
        Ledger.open("postgresql+psycopg://me:secret@127.0.0.1:1/x?connect_timeout=2")


def test_a_password_is_never_shown() -> None:
    with pytest.raises(LedgerError) as error:
        Ledger.open("postgresql://me:hunter2@127.0.0.1:1/x?connect_timeout=2")
    assert "hunter2" not in str(error.value)


def test_a_process_is_known_by_its_number_and_its_start() -> None:
    assert is_gone(me()) is False
    machine, _, started = me().rpartition("/")
    assert is_gone(f"{machine}/{int(started) - 1}") is True
    assert is_gone("elsewhere:1:2/1/1") is None
    child: Any = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # a zombie: ended, not yet collected
    assert is_gone(f"{machine.rpartition('/')[0]}/{child.pid}/1") is True
    child.wait()
