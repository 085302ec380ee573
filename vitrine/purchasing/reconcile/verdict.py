"""What can be said of an order that left without a receipt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from vitrine.record import Record

CLOCKS_APART_S = 600.0
"""How far the provider's clock and ours may be apart, where times are all there is."""


class Verdict(Record):
    """What the provider's list, or its bill, says of one purchase."""

    outcome: Literal["bought", "not-bought", "open"]
    request_id: str | None = None
    why: str = ""
    contradicts: bool = False
    """An open verdict that speaks against "not bought": something was charged that nobody claims."""


def near_in_time(seen_at: datetime | None, left_at: datetime) -> bool:
    """Whether a time by the provider's clock may be the order's; what has no time may be, too."""
    apart = timedelta(seconds=CLOCKS_APART_S)
    return seen_at is None or left_at - apart <= seen_at <= left_at + apart
