"""The flow that reports what was spent, from a ledger of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from flows.report_spending import report_spending
from tasks.resources import ledger
from vitrine.models import Job
from vitrine.models.order import Order

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("home")]


async def test_what_was_spent_is_a_table_of_the_run(
    make_order: Callable[..., Order], ask: Callable[..., list[dict[str, Any]]]
) -> None:
    for name, provider in (("bought", "empiriolabs"), ("unknown", "pixazo")):
        order = make_order(name, provider=provider)
        ledger().claim(order, Decimal("0.249"), product=name)
        ledger().record_intent(order.key)
        if name == "unknown":
            ledger().mark_unknown(order.key, "silence")
        else:
            now = ledger().now()
            ledger().record_receipt(
                Job(key=order.key, provider=provider, request_id="job-1", submitted_at=now)
            )

    state = await report_spending(days=2, return_state=True)
    assert state.message == "1 model for $0.249 in 2 days, $0.249 open"
    tables = ask("artifacts", artifacts={"flow_run_id": {"any_": [str(state.state_details.flow_run_id)]}})
    (rows,) = [json.loads(table["data"]) for table in tables if table["key"] == "spending"]
    assert [(row["by"], row["group"], row["bought"], row["open_usd"]) for row in rows[-4:]] == [
        ("provider", "empiriolabs", 1, "0.00"),
        ("provider", "pixazo", 0, "0.249"),
        ("product", "bought", 1, "0.00"),
        ("product", "unknown", 0, "0.249"),
    ]
    assert {row["by"] for row in rows[:-4]} == {"day"}
    with pytest.raises(Exception, match="greater than 0"):
        await report_spending(days=0)
