"""Finding the prices on a provider's model page; its shape is not documented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from vitrine.providers.answers.dollars import read_usd
from vitrine.providers.prices import PRICES

RESOLUTIONS = {price.resolution for price in PRICES}


def read_live_prices(data: Any, *, depth: int = 0) -> dict[int, Decimal]:
    """Return US dollars by resolution, wherever they stand in `data`; empty if there are none.

    Below a field with "pric" in its name, this finds mappings by resolution (`{"512": 0.025, …}`, values also
    as `{"usd": …}` or "$0.025") and lists of entries with a resolution and a price.
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
    return next((found for value in values if (found := read_live_prices(value, depth=depth + 1))), {})


def _entries(lines: list[Any]) -> dict[int, Decimal]:
    found = {}
    for line in lines:
        if isinstance(line, Mapping):
            size, usd = _resolution(line.get("resolution")), _usd(line)
            if size is not None and usd is not None:
                found[size] = usd
    return found


def _resolution(value: object) -> int | None:
    plain = re.sub(r"\D*(\d+)\D*", r"\1", str(value), count=1)
    return int(plain) if plain.isdigit() and int(plain) in RESOLUTIONS else None


def _usd(value: object) -> Decimal | None:
    if isinstance(value, Mapping):
        return next(
            (usd for name in ("usd", "price_usd", "price", "amount") if (usd := _usd(value.get(name)))), None
        )
    return read_usd(value) or None  # nothing is sold for $0
