"""Convert every product of a feed, and publish one catalogue of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Annotated

from prefect import State, flow
from prefect.states import Completed, Failed
from pydantic import Field

from blocks.resolve import load_bucket
from flows.convert_product import convert
from flows.failure_rate import FailureRate
from tasks.plan_catalog import plan_catalog
from tasks.policy import enable_progress_log
from tasks.publish_catalog import publish_catalog
from tasks.read_feed import read_feed
from tasks.report_catalog import report_catalog
from tasks.report_costs import report_costs
from tasks.resources import open_accounts, shared_photos
from vitrine.defaults import CONCURRENCY, MAX_FAILED
from vitrine.models import Product
from vitrine.purchasing.shared_photos import Turn
from vitrine.recipe import Recipe
from vitrine.runs import CatalogRun, Conversion


@flow(name="convert-catalog", flow_run_name="{feed}")
async def convert_catalog(
    feed: str,
    recipe: Recipe = Recipe(),
    account: str = "sandbox",
    to: str = "public",
    concurrency: Annotated[int, Field(ge=1, le=500)] = CONCURRENCY,
    accept: tuple[str, ...] = (),
    attempts: dict[str, Annotated[int, Field(ge=1)]] | None = None,
    everything: bool = False,
    max_failed: Annotated[float, Field(ge=0, le=1)] = MAX_FAILED,
) -> State[CatalogRun]:
    """Convert the products of a feed that have changed, `concurrency` at a time, and publish the catalogue.

    A product whose photo, data, recipe and code are those of its release takes no task run, no request and no
    money; with `everything` it is converted, too. If one product fails, the others go on; the run fails if no
    product is published or held. `accept` has the ids of held products that a person has looked at: they are
    published even if they differ from their photos. `attempts` gives products an attempt of their own,
    instead of the recipe's: a new number buys the model anew, once. When more than the share `max_failed` of
    at least 20 products has failed, the others are not started.
    """
    enable_progress_log()
    await check_setup(account, to)
    read = await read_feed(feed, recipe.feed)
    attempts = attempts or {}
    plan = await plan_catalog(recipe, account, to, accept, tuple(attempts), everything)
    conversions = await convert_all(
        plan.split(read), recipe, account, to, concurrency, accept, attempts, max_failed
    )
    done = [conversion for conversion in conversions if conversion.release]
    held = [conversion for conversion in conversions if conversion.status == "held"]
    page_url = plan.page_url
    if done and not plan.is_done:
        page_url = (await publish_catalog(conversions, recipe, account, to)).page_url
    run = CatalogRun(conversions=conversions, findings=read.findings, page_url=page_url)
    await report_catalog(run)
    await report_costs(conversions)
    message = f"{len(done)} of {len(conversions)} products published"
    message += f", {len(held)} held for review" if held else ""
    refused = read.refused
    message += f", {refused} {'line' if refused == 1 else 'lines'} of the feed refused" if refused else ""
    return Completed(message=message, data=run) if done or held else Failed(message=message, data=run)


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
    failures = FailureRate(max_failed)

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


async def check_setup(account: str, to: str) -> None:
    """Raise `ConfigError` for an account or a bucket that is not set up, before any work starts."""
    async with open_accounts(account):
        await load_bucket(to)
