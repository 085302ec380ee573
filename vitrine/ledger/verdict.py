"""What can be said of an order that left without a receipt."""

from __future__ import annotations

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
