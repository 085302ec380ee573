"""Choosing the account to order from: what each would charge, and why some cannot make the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from vitrine.errors import ConfigError, OptionRefused
from vitrine.models import PhotoIdentity
from vitrine.models.order import Order
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
    """The accounts to try, first to last, and why the others are ruled out."""

    choices: tuple[Choice, ...]
    ruled_out: dict[str, str]


def parse_accounts(text: str) -> tuple[Policy, list[str]]:
    """Read `a`, `a,b` (in this order) or `cheapest:a,b` (by price); return the policy and the names.

    Raises `ConfigError` if a name is missing or comes twice.
    """
    by_price = text.startswith(CHEAPEST)
    names = [name.strip() for name in text.removeprefix(CHEAPEST).split(",")]
    if not all(names) or len(set(names)) != len(names):
        raise ConfigError(f"accounts {text!r}: name each once, as in a,b or {CHEAPEST}a,b")
    return "cheapest" if by_price else "in-order", names


async def route(
    accounts: Sequence[ImageTo3DProvider],
    photo: PhotoIdentity,
    generation: Generation,
    *,
    policy: Policy = "cheapest",
    hosted: bool = True,
    attempt: int = 1,
) -> Routes:
    """Rank the accounts for a photo: by price (equal prices as given), or as given.

    An account is ruled out if it does not take a setting (a seed at Pixazo), if its price is not known, or if
    it fetches photos by URL and the photo has none (`hosted` is false).
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
