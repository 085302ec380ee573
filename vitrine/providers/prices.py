"""What one generation costs, each price with its source and the day it was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pydantic import JsonValue

from vitrine.errors import ConfigError
from vitrine.record import Record


class Price(Record):
    """US dollars for one generation at one resolution."""

    provider: str
    resolution: int
    usd: Decimal
    source: str
    on: date


_PIXAZO = "pixazo.ai, pricing of trellis-2-image-to-3d: one price at every resolution"
_EMPIRIO = "empiriolabs.ai, model page of trellis-2-4b"
_DAY = date(2026, 11, 20)

PRICES: tuple[Price, ...] = (
    Price(provider="pixazo", resolution=512, usd=Decimal("0.35"), source=_PIXAZO, on=_DAY),
    Price(provider="pixazo", resolution=1024, usd=Decimal("0.35"), source=_PIXAZO, on=_DAY),
    Price(provider="pixazo", resolution=1536, usd=Decimal("0.35"), source=_PIXAZO, on=_DAY),
    Price(provider="empiriolabs", resolution=512, usd=Decimal("0.025"), source=_EMPIRIO, on=_DAY),
    Price(provider="empiriolabs", resolution=1024, usd=Decimal("0.249"), source=_EMPIRIO, on=_DAY),
    Price(provider="empiriolabs", resolution=1536, usd=Decimal("0.499"), source=_EMPIRIO, on=_DAY),
)

SAME_AS = {"sandbox": "empiriolabs"}
"""The sandbox account speaks EmpirioLabs' protocol, and takes its prices."""


def price_usd(provider: str, settings: Mapping[str, JsonValue]) -> Decimal:
    """Return the list price in US dollars of an order with these settings.

    `provider` is an account name; `@host` in it is ignored. Raises `ConfigError` if no price is known:
    nothing is bought at an unknown price.
    """
    plain = provider.partition("@")[0]
    plain = SAME_AS.get(plain, plain)
    resolution = settings.get("resolution", 1024)
    for price in PRICES:
        if price.provider == plain and str(price.resolution) == str(resolution):
            return price.usd
    raise ConfigError(
        f"no price known for {provider} at resolution {resolution}; "
        "nothing is bought at an unknown price: add it to vitrine/providers/prices.py with source and date"
    )
