from __future__ import annotations

from decimal import Decimal
from typing import Any

from vitrine.reports.report_costs import report_costs
from vitrine.runs import Conversion


def _done(provider: str | None, usd: str = "0", **more: Any) -> Conversion:
    return Conversion(product_id="p", status="published", provider=provider, spent_usd=Decimal(usd), **more)


def test_every_provider_has_a_line_and_the_last_sums_up() -> None:
    run = [
        _done("pixazo", "0.35"),
        _done("empiriolabs", "0.249"),
        _done("empiriolabs", "0.025", error="failed later: it was paid all the same"),
        _done("empiriolabs", reused=True),
        _done(None),  # never got so far
    ]
    assert report_costs(run) == [
        {"provider": "empiriolabs", "bought": 2, "usd": "0.274", "used again": 1},
        {"provider": "pixazo", "bought": 1, "usd": "0.350", "used again": 0},
        {"provider": "total", "bought": 3, "usd": "0.624", "used again": 1},
    ]
    assert report_costs([]) == [{"provider": "total", "bought": 0, "usd": "0.000", "used again": 0}]
