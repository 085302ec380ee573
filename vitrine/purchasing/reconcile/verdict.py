"""A verdict on an order that was sent and has no receipt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from vitrine.record import Record

CLOCK_SKEW_S = 600.0
"""How far the provider's clock and ours may differ, where nothing but times can be compared."""


class Verdict(Record):
    """What the provider's list of jobs, or its bill, says about one purchase."""

    outcome: Literal["bought", "not-bought", "open"]
    request_id: str | None = None
    why: str = ""
    contradicts: bool = False
    """Whether an open verdict speaks against "not bought": there is a charge that no purchase explains."""


def near_in_time(seen_at: datetime | None, sent_at: datetime) -> bool:
    """Whether a time by the provider's clock may be the order's; an unknown time may be."""
    skew = timedelta(seconds=CLOCK_SKEW_S)
    return seen_at is None or sent_at - skew <= seen_at <= sent_at + skew
