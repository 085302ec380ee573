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
from tasks.policy import enable_progress_log
from tasks.publish_catalog import publish_catalog
from tasks.read_feed import read_feed
from tasks.report_catalog import report_catalog
from tasks.report_costs import report_costs
from tasks.resources import open_accounts
from vitrine.defaults import CONCURRENCY
from vitrine.models import Product
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
) -> State[CatalogRun]:
    """Convert every product of a feed, `concurrency` at a time, and publish the catalogue.

    If one product fails, the others go on; the run fails if no product is published or held. `accept` has
    the ids of held products that a person has looked at: they are published even if they differ from their
    photos. `attempts` gives products an attempt of their own, instead of the recipe's: a new number buys the
    model anew, once.
    """
    enable_progress_log()
    await check_setup(account, to)
    read = await read_feed(feed, recipe.feed)
    conversions = await convert_all(read, recipe, account, to, concurrency, accept, attempts or {})
    done = tuple(c.release for c in conversions if c.release)
    failed, held = (
        tuple(c.product_id for c in conversions if c.status == status) for status in ("failed", "held")
    )
    page_url = (await publish_catalog(done, failed, held, to)).page_url if done else None
    run = CatalogRun(conversions=conversions, findings=read.findings, page_url=page_url)
    await report_catalog(run)
    await report_costs(conversions)
    message = f"{len(done)} of {len(conversions)} products published"
    message += f", {len(held)} held for review" if held else ""
    refused = read.refused
    message += f", {refused} {'line' if refused == 1 else 'lines'} of the feed refused" if refused else ""
    return Completed(message=message, data=run) if done or held else Failed(message=message, data=run)


async def convert_all(
    products: Iterable[Product],
    recipe: Recipe,
    account: str,
    to: str,
    concurrency: int,
    accept: tuple[str, ...] = (),
    attempts: Mapping[str, int] = MappingProxyType({}),
) -> tuple[Conversion, ...]:
    """Convert products, at most `concurrency` at a time; return one result each, in the feed's order.

    A product is read when there is room for it.
    """
    slots = asyncio.Semaphore(concurrency)

    async def one(product: Product) -> Conversion:
        try:
            attempt = attempts.get(product.id, recipe.attempt)
            own = recipe.model_copy(update={"attempt": attempt})
            return await convert(product, own, account, to, product.id in accept)
        finally:
            slots.release()

    feed = iter(products)
    started: list[asyncio.Task[Conversion]] = []
    try:
        await slots.acquire()
        while (product := await asyncio.to_thread(next, feed, None)) is not None:
            started.append(asyncio.create_task(one(product)))
            await slots.acquire()
        return tuple(await asyncio.gather(*started))
    except BaseException:
        for task in started:
            task.cancel()
        await asyncio.gather(*started, return_exceptions=True)
        raise


async def check_setup(account: str, to: str) -> None:
    """Raise `ConfigError` for an account or a bucket that is not set up, before any work starts."""
    async with open_accounts(account):
        await load_bucket(to)
