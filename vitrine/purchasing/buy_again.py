"""Buying models anew: which attempt that is for each product, and what it costs. Nothing is bought here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from vitrine.errors import OptionRefused
from vitrine.models import PreparedPhoto
from vitrine.models.order import Order
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.routing import Policy, route
from vitrine.purchasing.approve_draft import draft_generation
from vitrine.purchasing.earlier_photos import EarlierPhotos
from vitrine.recipe import Recipe
from vitrine.record import Record


class Again(Record):
    """A product whose model is bought anew."""

    product: str
    attempt: int
    """The number of the new purchase: one more than was bought; 1 where nothing was."""
    is_under_way: bool
    """Whether the attempt was begun by an earlier run; then this run goes on with it."""
    usd: Decimal
    """The price of the new model, and of its draft, at the account that is asked first; 0 if under way."""


async def quote_again(
    product: str,
    photo: PreparedPhoto,
    recipe: Recipe,
    accounts: Sequence[ImageTo3DProvider],
    policy: Policy,
    earlier: EarlierPhotos,
) -> Again:
    """Return the next attempt of a product, whose prepared photo is in the store, and its price.

    The attempt is a number, so that a run with it that is repeated buys nothing more. A model that was bought
    anew and is not here yet is not bought once more.
    """
    final = recipe.generation
    generations = [draft_generation(final), final] if recipe.mode == "draft-then-final" else [final]
    orders: list[Order] = []
    for generation in generations:
        for account in accounts:
            try:
                orders.append(account.order(photo.identity, generation))
            except OptionRefused:
                continue
    await asyncio.to_thread(earlier.link, orders, photo)
    attempt, begun = await asyncio.to_thread(earlier.ledger.next_attempt, orders)
    if any(purchase.state != "claimed" for purchase in begun):
        return Again(product=product, attempt=attempt, is_under_way=True, usd=Decimal(0))
    usd = Decimal(0)
    for generation in generations:
        routes = await route(accounts, photo.identity, generation, policy=policy, attempt=attempt)
        usd += routes.choices[0].price_usd if routes.choices else Decimal(0)
    return Again(product=product, attempt=attempt, is_under_way=False, usd=usd)
