"""What Prometheus reads, parsed as Prometheus parses it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from vitrine.errors import ProviderRefused
from vitrine.hooks.event_store import EventStore
from vitrine.hooks.metrics import COUNTERS, metrics_app, metrics_text
from vitrine.hooks.shop_event import ShopEvent
from vitrine.ledger import Caps, Ledger
from vitrine.ledger.accounts.breaker import record_result
from vitrine.ledger.counters import add_counts
from vitrine.models.order import Order

MakeOrder = Callable[..., Order]
Labels = tuple[tuple[str, str], ...]


def read(text: str) -> dict[tuple[str, Labels], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def metrics(ledger: Ledger) -> dict[tuple[str, Labels], float]:
    return read(metrics_text(ledger).decode())


def test_an_empty_ledger_has_spent_nothing(ledger: Ledger) -> None:
    found = metrics(ledger)
    assert found["vitrine_spent_usd", (("period", "day"),)] == 0
    assert not [name for name, _ in found if name in ("vitrine_purchases", "vitrine_cap_usd")]


def test_purchases_dollars_and_caps(ledger: Ledger, make_order: MakeOrder) -> None:
    ledger.caps = Caps(day_usd=Decimal(10))
    for photo in ("one", "two"):
        ledger.claim(make_order(photo), Decimal("0.249"), product="mug")
    found = metrics(ledger)
    (provider,) = {dict(labels)["provider"] for name, labels in found if name == "vitrine_purchases"}
    assert found["vitrine_purchases", (("provider", provider), ("state", "claimed"))] == 2
    assert found["vitrine_purchases_usd", (("provider", provider),)] == pytest.approx(0.498)
    assert 0 <= found["vitrine_oldest_open_order_seconds", (("provider", provider),)] < 3600
    for period in ("day", "month"):
        assert found["vitrine_spent_usd", (("period", period),)] == pytest.approx(0.498)
    caps = {labels: value for (name, labels), value in found.items() if name == "vitrine_cap_usd"}
    assert caps == {(("period", "day"),): 10}
    assert "mug" not in metrics_text(ledger).decode()


def test_an_account_that_is_paused(ledger: Ledger) -> None:
    record_result(ledger, "pixazo ab12", ProviderRefused("empty wallet", status=402))
    record_result(ledger, "empiriolabs cd34", ProviderRefused("no", status=403))
    found = metrics(ledger)
    assert found["vitrine_account_takes_orders", (("account", "pixazo ab12"),)] == 0
    assert found["vitrine_account_takes_orders", (("account", "empiriolabs cd34"),)] == 1


def test_what_runs_have_counted(ledger: Ledger) -> None:
    add_counts(ledger, {(name, "x" if label else ""): 3 for name, (_, label, _) in COUNTERS.items()})
    found = metrics(ledger)
    for metric, label, _ in COUNTERS.values():
        assert found[f"{metric}_total", ((label, "x"),) if label else ()] == 3


def test_reports_that_wait_for_prefect(ledger: Ledger) -> None:
    event = ShopEvent(kind="updated", product_id="mug", payload={"id": "mug"})
    EventStore(ledger).accept(["1"], [event])
    found = metrics(ledger)
    assert found["vitrine_shop_events", (("state", "waiting"),)] == 1
    assert found["vitrine_shop_events", (("state", "unchecked"),)] == 0


def test_they_are_served_to_this_machine_and_no_other_name(ledger: Ledger, serve_app: Any) -> None:
    with serve_app(metrics_app(ledger, "127.0.0.1")) as url:
        answer = httpx.get(f"{url}/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert read(answer.text)
        assert httpx.get(f"{url}/metrics", headers={"Host": "evil.example"}).status_code == 400
