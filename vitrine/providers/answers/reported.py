"""Finding the settings and the charge in a finished job's status; where they stand is not documented.

A provider may make less than was ordered without a word (1536 at 1024). Parts of the status that repeat the
order do not count, and neither does a number without a currency.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import JsonValue

from vitrine.providers.answers.dollars import read_usd

ECHOES = ("input", "inputs", "request", "error")
"""Parts of a status that repeat the order, or are about something else."""
PREFIXES = ("effective_", "actual_", "used_")
"""`effective_resolution` overrules `resolution`."""
IN_USD = ("cost_usd", "charged_usd", "price_usd", "amount_usd", "total_usd")
IN_A_CURRENCY = ("cost", "charged", "charge", "price", "amount", "total")
MAX_DEPTH = 4


def settings_reported(answer: Mapping[str, Any], names: Collection[str]) -> dict[str, JsonValue]:
    """Return the generation settings among `names` that a status gives; of two, the deeper one."""
    plain: dict[str, JsonValue] = {}
    prefixed: dict[str, JsonValue] = {}
    for part in _parts(answer):
        for name, value in part.items():
            bare = next((name.removeprefix(prefix) for prefix in PREFIXES if name.startswith(prefix)), name)
            if bare in names and isinstance(value, str | int | float):
                (plain if bare == name else prefixed)[bare] = value
    return plain | prefixed


def charge_reported(answer: Mapping[str, Any]) -> Decimal | None:
    """Return the US dollars that a status says were charged; `None` if it does not say so explicitly."""
    for part in _parts(answer):
        names = IN_USD + (IN_A_CURRENCY if str(part.get("currency")).upper() == "USD" else ())
        for name in names:
            usd = read_usd(part.get(name))
            if usd is not None:
                return usd
    return None


def _parts(found: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in a status, outer ones first."""
    if isinstance(found, list) and depth <= MAX_DEPTH:
        for item in found:
            yield from _parts(item, depth + 1)
    elif isinstance(found, Mapping) and depth <= MAX_DEPTH:
        yield found
        for name, value in found.items():
            if name not in ECHOES:
                yield from _parts(value, depth + 1)
