"""Decide about held products that nobody has decided about in time, as the recipe says."""

from __future__ import annotations

from datetime import datetime, timedelta

from vitrine.errors import InputError
from vitrine.progress import log_progress
from vitrine.recipe import Recipe
from vitrine.reviews.carry_out import carry_out
from vitrine.reviews.queue import WORDS, Decision, ReviewItem, ReviewQueue
from vitrine.storage.bucket import Bucket
from vitrine.storage.work_store import WorkStore


def unanswered(queue: ReviewQueue, recipe: Recipe, now: datetime) -> list[ReviewItem]:
    """Return what has waited for longer than the recipe's `review_days`; nothing if it sets none."""
    if recipe.review_days is None:
        return []
    longest = timedelta(days=recipe.review_days)
    return [item for item in queue.waiting() if now - item.held_at >= longest]


def time_out_of(recipe: Recipe) -> str:
    """Return what stands in place of the person who has decided."""
    return f"time-out after {recipe.review_days:g} days"


def close_unanswered(
    queue: ReviewQueue, recipe: Recipe, store: WorkStore, bucket: Bucket, now: datetime
) -> list[str]:
    """Carry out the recipe's `review_default` for what has waited too long; return the products' ids.

    What a person decides meanwhile stands. Raises `StorageError` for a product that cannot be published,
    which still waits then.
    """
    closed = []
    for item in unanswered(queue, recipe, now):
        decision = Decision(action=recipe.review_default, by=time_out_of(recipe), at=now)
        try:
            carry_out(item, decision, queue, store, bucket)
        except InputError as error:
            log_progress(str(error))
            continue
        log_progress(f"{item.product.id}: {WORDS[decision.action]} by {decision.by}")
        closed.append(item.product.id)
    return closed
