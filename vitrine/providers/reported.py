"""What a finished job's answer says it was made with, and what it cost: undocumented, so it is searched.

A provider may quietly make less than was ordered (1536 at 1024). Only what the answer itself says counts: its
echo of the order is passed over, and a number without a currency is no price.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import JsonValue

from vitrine.providers.live_prices import HIGHEST_USD

ECHOES = ("input", "inputs", "request", "error")
"""Parts of an answer that repeat the order, or are about something else."""
MARKS = ("effective_", "actual_", "used_")
"""`effective_resolution` says more than `resolution`."""
IN_USD = ("cost_usd", "charged_usd", "price_usd", "amount_usd", "total_usd")
IN_A_CURRENCY = ("cost", "charged", "charge", "price", "amount", "total")
DEEPEST = 4


def settings_reported(answer: Mapping[str, Any], names: Collection[str]) -> dict[str, JsonValue]:
    """The generation settings among `names` that an answer gives; of two, the one that stands deeper."""
    plain: dict[str, JsonValue] = {}
    marked: dict[str, JsonValue] = {}
    for part in _parts(answer):
        for name, value in part.items():
            bare = next((name.removeprefix(mark) for mark in MARKS if name.startswith(mark)), name)
            if bare in names and isinstance(value, str | int | float):
                (plain if bare == name else marked)[bare] = value
    return plain | marked


def charge_reported(answer: Mapping[str, Any]) -> Decimal | None:
    """US dollars that an answer says were charged; `None` where it does not say so in so many words."""
    for part in _parts(answer):
        names = IN_USD + (IN_A_CURRENCY if str(part.get("currency")).upper() == "USD" else ())
        for name in names:
            usd = usd_of(part.get(name))
            if usd is not None:
                return usd
    return None


def usd_of(said: object, *, highest: Decimal = HIGHEST_USD) -> Decimal | None:
    """An amount of dollars, zero included; `None` for what is none, or is more than it can be."""
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    try:
        usd = Decimal(str(said).strip().lstrip("$"))
    except InvalidOperation:
        return None
    return usd if usd.is_finite() and 0 <= usd <= highest else None


def _parts(found: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The objects in an answer, the outer ones first."""
    if isinstance(found, list) and depth <= DEEPEST:
        for item in found:
            yield from _parts(item, depth + 1)
    elif isinstance(found, Mapping) and depth <= DEEPEST:
        yield found
        for name, value in found.items():
            if name not in ECHOES:
                yield from _parts(value, depth + 1)
