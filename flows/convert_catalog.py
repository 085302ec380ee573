"""Convert every product of a feed, and publish one catalogue of them."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import Flow, State, flow
from prefect.client.schemas.objects import FlowRun
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import Field

from blocks.resolve import load_bucket
from flows.batch_runs import BatchRuns
from flows.convert_all import convert_all
from flows.convert_in_batches import convert_in_batches
from tasks.plan_catalog import plan_catalog
from tasks.policy import enable_progress_log
from tasks.publish_catalog import publish_catalog
from tasks.read_feed import read_feed
from tasks.report_catalog import report_catalog
from tasks.report_costs import report_costs
from tasks.resources import open_accounts
from tasks.run_batch import cancel_batches
from vitrine.defaults import BATCHES_AT_ONCE, CONCURRENCY, MAX_FAILED
from vitrine.plain_text import count_of
from vitrine.recipe import Recipe
from vitrine.runs import CatalogRun


async def cancel_children(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001
    """Cancel the batches of a catalogue run that is cancelled; Prefect calls it."""
    await cancel_batches(str(flow_run.id))


@flow(name="convert-catalog", flow_run_name="{feed}", on_cancellation=[cancel_children])
async def convert_catalog(
    feed: str,
    recipe: Recipe = Recipe(),
    account: str = "sandbox",
    to: str = "public",
    concurrency: Annotated[int, Field(ge=1, le=500)] = CONCURRENCY,
    accept: tuple[str, ...] = (),
    attempts: dict[str, Annotated[int, Field(ge=1)]] | None = None,
    everything: bool = False,
    only_failed: bool = False,
    max_failed: Annotated[float, Field(ge=0, le=1)] = MAX_FAILED,
    batch_size: Annotated[int, Field(ge=0, le=10_000)] = 0,
    batches_at_once: Annotated[int, Field(ge=1, le=1_000)] = BATCHES_AT_ONCE,
) -> State[CatalogRun]:
    """Convert the products of a feed that have changed, and publish the catalogue.

    A product whose photo, data, recipe and code are those of its release takes no task run, no request and no
    money. If one product fails, the others go on; the run fails if no product is published or held. With a
    `batch_size`, all machines need the same work store and ledger.

    Args:
        feed: A feed (CSV, JSON, XML, a shop's export), a folder of photos, or an s3:// prefix.
        recipe: What is generated, built and checked, and how; `vitrine recipe` prints it with comments.
        account: Where models are bought: `block:TYPE/NAME`, a provider's name, or several, with commas;
            `cheapest:A,B` asks the cheaper one first.
        to: Where to publish: `block:TYPE/NAME`, `s3://bucket/prefix`, or a folder.
        concurrency: How many products a run, or each of its batches, converts at the same time.
        accept: Ids of held products that a person has looked at: they are published even if they differ from
            their photos.
        attempts: Product id -> attempt, instead of the recipe's: a new number buys that model anew, once.
        everything: Convert products, too, that have not changed.
        only_failed: Convert only products that the last run could not convert.
        max_failed: Share of at least 20 finished products that may fail before no more are started, 0 to 1.
        batch_size: Products of a batch, which is a run of `convert-batch` on any worker; 0 converts all here.
        batches_at_once: How many batches run at the same time, over all workers.
    """
    enable_progress_log()
    await check_setup(account, to)
    read = await read_feed(feed, recipe.feed)
    attempts = attempts or {}
    plan = await plan_catalog(recipe, account, to, accept, tuple(attempts), everything, only_failed)
    products = plan.split(read)
    if batch_size:
        batch_runs = BatchRuns(str(flow_run.id), recipe, account, to, concurrency, max_failed)
        conversions = await convert_in_batches(
            products,
            batch_runs.run,
            batch_size=batch_size,
            at_once=batches_at_once,
            accept=accept,
            attempts=attempts,
            max_failed=max_failed,
        )
    else:
        conversions = await convert_all(
            products, recipe, account, to, concurrency, accept, attempts, max_failed
        )
    done = [conversion for conversion in conversions if conversion.release]
    held = [conversion for conversion in conversions if conversion.status == "held"]
    page_url = plan.page_url
    if (done or held) and not plan.is_done:
        page_url = (await publish_catalog(conversions, recipe, account, to)).page_url
    if batch_size:
        await batch_runs.clear()
    run = CatalogRun(conversions=conversions, findings=read.findings, page_url=page_url)
    await report_catalog(run)
    await report_costs(conversions)
    message = f"{len(done)} of {count_of(len(conversions), 'product')} published"
    message += f", {len(held)} held for review" if held else ""
    refused = read.refused
    message += f", {refused} {'line' if refused == 1 else 'lines'} of the feed refused" if refused else ""
    if only_failed and not conversions:
        return Completed(message="no product of the feed is published or has failed", data=run)
    return Completed(message=message, data=run) if done or held else Failed(message=message, data=run)


async def check_setup(account: str, to: str) -> None:
    """Raise `ConfigError` for an account or a bucket that is not set up, before any work starts."""
    async with open_accounts(account):
        await load_bucket(to)
