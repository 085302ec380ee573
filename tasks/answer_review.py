"""Read and answer the question about one held product."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket
from tasks.hold_for_review import review_queue
from tasks.policy import step
from tasks.resources import work_store
from vitrine.errors import InputError, StorageError
from vitrine.progress import log_progress
from vitrine.reviews.desk import ReviewDesk
from vitrine.reviews.queue import Action, ReviewItem


async def find_review(product: str, to: str) -> ReviewItem | None:
    """Return the question about a product, by its slug; `None` if there is none."""
    queue = await review_queue(to)
    return await asyncio.to_thread(queue.get, product)


@step(retries=3, retry_on=(StorageError,))
async def answer_review(product: str, action: Action, quarters: int, by: str, to: str) -> bool:
    """Carry out a decision about a product; False if it stays as it is.

    A decision that somebody has made elsewhere meanwhile stands.
    """
    desk = ReviewDesk(work_store(), await load_bucket(to), by)

    def decide() -> bool:
        try:
            log_progress(desk.decide(desk.find(product), action, quarters))
        except InputError as error:
            log_progress(str(error))
        item = desk.queue.get(product)
        return item is not None and item.goes_on

    return await asyncio.to_thread(decide)
