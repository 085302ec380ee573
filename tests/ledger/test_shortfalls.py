"""What the ledger says of a purchase that came home as less, or for another price, than was ordered."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from vitrine.errors import BudgetReached
from vitrine.ledger import Caps, Ledger
from vitrine.ledger.listing import Filter, list_purchases, to_csv
from vitrine.ledger.report import costs
from vitrine.ledger.shortfalls import shortfalls
from vitrine.models import Blob, Job
from vitrine.models.order import Order

RAW = Blob(sha256="f" * 64, size_bytes=12, media_type="model/gltf-binary")
QUOTED = Decimal("0.499")


def _bought(ledger: Ledger, order: Order) -> Order:
    ledger.claim(order, QUOTED)
    ledger.record_intent(order.key)
    now = datetime.now(UTC)
    ledger.record_receipt(Job(key=order.key, provider=order.provider, request_id=order.key, submitted_at=now))
    ledger.drop_claim(order.key)
    return order


def test_what_was_charged_is_the_price_and_what_was_quoted_stays(
    ledger: Ledger, make_order: Callable[..., Order]
) -> None:
    order = _bought(ledger, make_order())
    for _ in range(2):  # the second time changes nothing
        ledger.mark_completed(order.key, effective={"resolution": "1024"}, charged_usd=Decimal("0.249"))
    ledger.mark_fetched(order.key, RAW, measured={"texture_size": 1024})
    (purchase,) = list_purchases(ledger, Filter())
    assert (purchase.price_usd, purchase.quoted_usd) == (Decimal("0.249"), QUOTED)
    assert (purchase.effective, purchase.measured) == ({"resolution": "1024"}, {"texture_size": 1024})
    (cost,) = costs([purchase], "provider")
    assert cost.paid_usd == Decimal("0.249")
    (line,) = csv.DictReader(io.StringIO(to_csv([purchase])))
    assert (line["quoted_usd"], line["effective"]) == ("0.499", '{"resolution": "1024"}')


def test_a_cap_counts_what_was_charged(ledger: Ledger, make_order: Callable[..., Order]) -> None:
    ledger.caps = Caps(day_usd=Decimal("0.998"))
    first = _bought(ledger, make_order("a"))
    ledger.mark_completed(first.key, charged_usd=Decimal("0.55"))
    with pytest.raises(BudgetReached, match=r"\$0.448 left"):
        ledger.claim(make_order("b"), QUOTED)
    ledger.mark_completed(first.key, charged_usd=Decimal("0.249"))
    ledger.claim(make_order("b"), QUOTED)


@pytest.mark.parametrize(
    ("asked", "effective", "measured", "charged", "codes"),
    [
        ("1536", {"resolution": 1536}, {}, None, []),
        ("1536", {"resolution": "1024"}, {}, None, ["DOWNGRADED"]),
        ("1536", {"pipeline_type": "1024_cascade"}, {}, None, ["UNCONFIRMED"]),
        ("1536", {}, {}, "0.249", ["DOWNGRADED", "CHARGED_OTHERWISE"]),
        ("1536", {}, {}, "0.4", ["CHARGED_OTHERWISE", "UNCONFIRMED"]),  # no resolution's price
        ("1536", {"resolution": "1536"}, {}, "0.249", ["CHARGED_OTHERWISE"]),  # a discount
        ("1536", {}, {}, "0.499", ["UNCONFIRMED"]),
        ("1024", {}, {}, None, []),
        ("1024", {"resolution": "1536"}, {"texture_size": 4096}, None, []),  # more than ordered
        ("1024", {"texture_size": "2048"}, {"texture_size": 1024}, None, ["DOWNGRADED"]),  # the file is right
        ("1024", {"texture_size": "512"}, {"texture_size": 512}, None, ["DOWNGRADED"]),  # reported once
        ("1024", {"resolution": "high", "texture_size": True}, {}, None, []),
    ],
)
def test_only_reported_and_measured_values_count(
    ledger: Ledger,
    make_order: Callable[..., Order],
    asked: str,
    effective: dict[str, object],
    measured: dict[str, object],
    charged: str | None,
    codes: list[str],
) -> None:
    settings = {"resolution": asked, "texture_size": "2048"}
    order = _bought(ledger, make_order().model_copy(update={"settings": settings}))
    ledger.mark_completed(order.key, effective=effective, charged_usd=charged and Decimal(charged))  # type: ignore[arg-type]
    ledger.mark_fetched(order.key, RAW, measured=measured)  # type: ignore[arg-type]
    (purchase,) = list_purchases(ledger, Filter())
    found = shortfalls(purchase)
    assert [finding.code for finding in found] == codes
    warned = "; ".join(finding.message for finding in found if finding.severity == "warning")
    assert purchase.note == (warned or None)
