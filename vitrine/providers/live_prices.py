"""Prices as a provider's own model page gives them now; its shape is not documented, so it is searched."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from vitrine.providers.prices import PRICES

RESOLUTIONS = {price.resolution for price in PRICES}
HIGHEST_USD = Decimal(20)
"""A number above this is no price of one model (cents, tokens, a typing error): it is not believed."""


def read_live(data: Any, *, depth: int = 0) -> dict[int, Decimal]:
    """US dollars by resolution, wherever they stand in the answer; empty when none are found.

    Understood are mappings by resolution (`{"512": 0.025, …}`, values also as `{"usd": …}` or "$0.025") and
    lists of entries with a resolution and a price, below a field with "pric" in its name.
    """
    if depth > 6:
        return {}
    if isinstance(data, list):
        return _entries(data) or _first(data, depth)
    if not isinstance(data, Mapping):
        return {}
    if depth == 0:
        priced = [value for name, value in data.items() if "pric" in name.lower()]
        return _first(priced or [v for v in data.values() if isinstance(v, Mapping)], depth)
    found = {_resolution(name): _usd(value) for name, value in data.items()}
    table = {size: usd for size, usd in found.items() if size is not None and usd is not None}
    return table or _first(list(data.values()), depth)


def _first(values: list[Any], depth: int) -> dict[int, Decimal]:
    return next((found for value in values if (found := read_live(value, depth=depth + 1))), {})


def _entries(lines: list[Any]) -> dict[int, Decimal]:
    found = {}
    for line in lines:
        if isinstance(line, Mapping):
            size, usd = _resolution(line.get("resolution")), _usd(line)
            if size is not None and usd is not None:
                found[size] = usd
    return found


def _resolution(said: object) -> int | None:
    plain = re.sub(r"\D*(\d+)\D*", r"\1", str(said), count=1)
    return int(plain) if plain.isdigit() and int(plain) in RESOLUTIONS else None


def _usd(said: object) -> Decimal | None:
    if isinstance(said, Mapping):
        return next(
            (usd for name in ("usd", "price_usd", "price", "amount") if (usd := _usd(said.get(name)))), None
        )
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    try:
        usd = Decimal(str(said).strip().lstrip("$"))
    except InvalidOperation:
        return None
    return usd if usd.is_finite() and 0 < usd <= HIGHEST_USD else None
