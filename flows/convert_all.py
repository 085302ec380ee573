"""Convert many products in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from flows.convert_product import convert
from flows.failure_rate import FailureRate
from tasks import alerts
from tasks.resources import shared_photos
from vitrine.defaults import MAX_FAILED
from vitrine.models import Product
from vitrine.purchasing.shared_photos import Turn
from vitrine.recipe import Recipe
from vitrine.runs import Conversion


async def convert_all(
    products: Iterable[tuple[Product, Conversion | None]],
    recipe: Recipe,
    account: str,
    to: str,
    concurrency: int,
    accept: tuple[str, ...] = (),
    attempts: Mapping[str, int] = MappingProxyType({}),
    max_failed: float = MAX_FAILED,
) -> tuple[Conversion, ...]:
    """Convert products, at most `concurrency` at a time; return one result each, in the feed's order.

    A product that comes with a result keeps it. A product is read when there is room for it.
    """
    slots = asyncio.Semaphore(concurrency)
    failures = FailureRate(max_failed, alerts.failing)

    shared = shared_photos(recipe.photo, recipe.feed)

    async def one(product: Product, turn: Turn) -> Conversion:
        try:
            if failures.is_too_high:
                return failures.not_started(product)
            attempt = attempts.get(product.id, recipe.attempt)
            own = recipe.model_copy(update={"attempt": attempt})
            conversion = await convert(product, own, account, to, product.id in accept, turn=turn)
            return failures.count(conversion)
        finally:
            turn.finish()
            slots.release()

    feed = iter(products)
    results: list[Conversion | asyncio.Task[Conversion]] = []
    try:
        await slots.acquire()
        while (planned := await asyncio.to_thread(next, feed, None)) is not None:
            product, kept = planned
            if kept is not None:
                results.append(kept)
                continue
            results.append(asyncio.create_task(one(product, shared.turn())))
            await slots.acquire()
        return tuple([row if isinstance(row, Conversion) else await row for row in results])
    except BaseException:
        started = [row for row in results if isinstance(row, asyncio.Task)]
        for task in started:
            task.cancel()
        await asyncio.gather(*started, return_exceptions=True)
        raise
