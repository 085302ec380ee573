"""Convert one batch of a catalogue run; the catalogue run waits for it and publishes the catalogue."""

from __future__ import annotations

from typing import Annotated

from prefect import State, flow
from prefect.states import Completed
from pydantic import Field

from flows.convert_all import convert_all
from tasks.batches import get_batch, get_results, put_results
from tasks.policy import enable_progress_log
from vitrine.defaults import CONCURRENCY, MAX_FAILED
from vitrine.plain_text import count_of
from vitrine.recipe import Recipe


@flow(name="convert-batch")
async def convert_batch(
    batch: str,
    recipe: Recipe = Recipe(),
    account: str = "sandbox",
    to: str = "public",
    concurrency: Annotated[int, Field(ge=1, le=500)] = CONCURRENCY,
    max_failed: Annotated[float, Field(ge=0, le=1)] = MAX_FAILED,
) -> State[str]:
    """Convert the products of a batch, and store their results in the work store.

    `convert-catalog` starts these runs. A run that is started again buys nothing that is in the ledger and
    builds nothing that is in the work store. It completes even if products have failed: their results say so.

    Args:
        batch: Key of the batch in the work store.
        recipe: What is generated, built and checked, and how; `vitrine recipe` prints it with comments.
        account: Where models are bought: `block:TYPE/NAME`, a provider's name, or several, with commas;
            `cheapest:A,B` asks the cheaper one first.
        to: Where to publish: `block:TYPE/NAME`, `s3://bucket/prefix`, or a folder.
        concurrency: How many products are converted at the same time.
        max_failed: Share of at least 20 finished products that may fail before no more are started, 0 to 1.
    """
    enable_progress_log()
    results = await get_results(batch)
    if results is None:
        todo = await get_batch(batch)
        results = await convert_all(
            ((product, None) for product in todo.products),
            recipe,
            account,
            to,
            concurrency,
            todo.accept,
            dict(todo.attempts),
            max_failed,
        )
        await put_results(batch, results)
    done = sum(result.release is not None for result in results)
    message = f"{done} of {count_of(len(results), 'product')} published"
    return Completed(message=message, data=message)
