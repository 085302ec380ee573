"""Convert the products of a catalogue in batches, each in a flow run of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping

from flows.failure_rate import FailureRate
from tasks import alerts
from vitrine.models import Product
from vitrine.plain_text import count_of
from vitrine.planning.batches import Batch
from vitrine.runs import Conversion

logger = logging.getLogger("vitrine.flows")

RunBatch = Callable[[Batch], Awaitable[tuple[Conversion, ...]]]
"""Run a batch somewhere, and return one result for each of its products, in their order."""


async def convert_in_batches(
    products: Iterable[tuple[Product, Conversion | None]],
    run_batch: RunBatch,
    *,
    batch_size: int,
    at_once: int,
    accept: tuple[str, ...] = (),
    attempts: Mapping[str, int],
    max_failed: float,
) -> tuple[Conversion, ...]:
    """Convert products in batches of `batch_size`, of which `at_once` run; return the results in feed order.

    A product that comes with a result keeps it and is in no batch. Products are read when there is room for a
    batch. When more than the share `max_failed` of at least 20 products has failed, no further batch is
    started.
    """
    slots = asyncio.Semaphore(at_once)
    failures = FailureRate(max_failed, alerts.failing)
    rows: list[Conversion | None] = []
    places: list[int] = []
    waiting: list[Product] = []
    running: list[asyncio.Task[None]] = []

    async def convert(batch: Batch, rows_of: list[int]) -> None:
        try:
            if failures.is_too_high:
                results = tuple(failures.not_started(product) for product in batch.products)
            else:
                results = await run_batch(batch)
                for result in results:
                    failures.count(result)
                logger.info("%s", _summary(results, failures.finished))
            for row, result in zip(rows_of, results, strict=True):
                rows[row] = result
        finally:
            slots.release()

    async def start() -> None:
        ids = {product.id for product in waiting}
        batch = Batch(
            products=tuple(waiting),
            accept=tuple(sorted(ids.intersection(accept))),
            attempts=tuple(sorted((name, attempts[name]) for name in ids.intersection(attempts))),
        )
        await slots.acquire()
        for task in [task for task in running if task.done()]:
            running.remove(task)
            task.result()  # raises what a batch has raised
        running.append(asyncio.create_task(convert(batch, list(places))))
        waiting.clear()
        places.clear()

    feed = iter(products)
    try:
        while (planned := await asyncio.to_thread(next, feed, None)) is not None:
            product, kept = planned
            rows.append(kept)
            if kept is None:
                waiting.append(product)
                places.append(len(rows) - 1)
            if len(waiting) == batch_size:
                await start()
        if waiting:
            await start()
        await asyncio.gather(*running)
    except BaseException:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        raise
    return tuple(row for row in rows if row is not None)


def _summary(results: tuple[Conversion, ...], finished: int) -> str:
    counts = {status: sum(row.status == status for row in results) for status in ("held", "failed")}
    done = sum(row.release is not None for row in results)
    more = "".join(f", {count} {status}" for status, count in counts.items() if count)
    so_far = f"{count_of(finished, 'product')} finished so far"
    return f"a batch has ended: {done} of {len(results)} published{more}; {so_far}"
