"""Reading an amount of US dollars in an answer, as a number or as text."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MAX_USD = Decimal(20)
"""A number above this is not the price of one model (it may be cents, or tokens) and is ignored."""


def read_usd(value: object, *, max_usd: Decimal = MAX_USD) -> Decimal | None:
    """Return an amount of dollars, zero included; `None` for anything else, and for more than `max_usd`."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        usd = Decimal(str(value).strip().lstrip("$"))
    except InvalidOperation:
        return None
    return usd if usd.is_finite() and 0 <= usd <= max_usd else None
