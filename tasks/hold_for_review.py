"""Put a held product into the queue that `vitrine review` shows."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket
from tasks.policy import step
from tasks.resources import work_store
from vitrine.errors import StorageError
from vitrine.models import Inputs, Product
from vitrine.reviews.instructions import Instructions, instructions
from vitrine.reviews.queue import ReviewItem, ReviewQueue


@step(retries=3, retry_on=(StorageError,))
async def hold_for_review(item: ReviewItem) -> None:
    """Queue a held product; one about which the same was asked before stays, with what was decided."""
    await asyncio.to_thread((await review_queue(item.to)).hold, item)


async def review_queue(to: str) -> ReviewQueue:
    """Return the queue of a destination."""
    return ReviewQueue(work_store().bucket, (await load_bucket(to)).root)


async def read_instructions(product: Product, inputs: Inputs, to: str) -> Instructions:
    """Return what people have decided about a product, as it is now."""
    queue = await review_queue(to)
    return instructions(await asyncio.to_thread(queue.get, product), inputs)
