"""Which account to order from: what each would charge, and why some cannot do it at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from vitrine.errors import ConfigError, OptionRefused
from vitrine.models import Blob, Order
from vitrine.providers.base import ImageTo3DProvider
from vitrine.recipe import Generation

Policy = Literal["cheapest", "in-order"]


CHEAPEST = "cheapest:"


@dataclass(frozen=True, slots=True)
class Choice:
    """An account that can make the model, with its order and its price."""

    provider: ImageTo3DProvider
    order: Order
    price_usd: Decimal


@dataclass(frozen=True, slots=True)
class Routes:
    """The accounts to try, first to last; and why the others are not among them."""

    choices: tuple[Choice, ...]
    ruled_out: dict[str, str]


def parse_accounts(said: str) -> tuple[Policy, list[str]]:
    """`a`, `a,b` (asked in this order) or `cheapest:a,b` (by price) -> policy and names.

    Raises `ConfigError` where a name is missing or stands twice.
    """
    by_price = said.startswith(CHEAPEST)
    names = [name.strip() for name in said.removeprefix(CHEAPEST).split(",")]
    if not all(names) or len(set(names)) != len(names):
        raise ConfigError(f"accounts {said!r}: name each once, as in a,b or {CHEAPEST}a,b")
    return "cheapest" if by_price else "in-order", names


async def route(
    accounts: Sequence[ImageTo3DProvider],
    photo: Blob,
    generation: Generation,
    *,
    policy: Policy = "cheapest",
    hosted: bool = True,
    attempt: int = 1,
) -> Routes:
    """Rank accounts for a photo: by price (equal ones as given), or as given.

    Ruled out is an account that does not take a setting (a seed at Pixazo), whose price is not known, or that
    fetches photos by URL where there is none (`hosted` is false).
    """
    choices, ruled_out = [], {}
    for provider in accounts:
        try:
            order = provider.order(photo, generation, attempt=attempt)
            price_usd = await provider.price_usd(order)
        except (OptionRefused, ConfigError) as error:
            ruled_out[provider.name] = str(error)
            continue
        if provider.needs_url and not hosted:
            ruled_out[provider.name] = f"{provider.name} fetches photos by URL, and this one has none"
        else:
            choices.append(Choice(provider, order, price_usd))
    if policy == "cheapest":
        choices.sort(key=lambda choice: choice.price_usd)
    return Routes(tuple(choices), ruled_out)
