"""Find out which products of a feed have to be converted."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from blocks.resolve import load_bucket
from tasks.code_version import step_versions
from tasks.policy import step
from tasks.resources import work_store
from vitrine.errors import StorageError
from vitrine.planning import RunPlan
from vitrine.recipe import Recipe
from vitrine.reviews.close_unanswered import close_unanswered
from vitrine.reviews.queue import ReviewQueue
from vitrine.settings import Settings


@step(retries=3, retry_on=(StorageError,))
async def plan_catalog(
    recipe: Recipe,
    account: str,
    to: str,
    accept: tuple[str, ...],
    again: tuple[str, ...],
    everything: bool,
    only_failed: bool = False,
) -> RunPlan:
    """Read the published catalogue, with which the products of the feed are compared.

    Reviews that nobody has answered in time are closed first, as the recipe says.
    """
    bucket = await load_bucket(to)
    queue = ReviewQueue(work_store().bucket, bucket.root)
    await asyncio.to_thread(close_unanswered, queue, recipe, work_store(), bucket, datetime.now(UTC))
    return await asyncio.to_thread(
        RunPlan,
        recipe,
        account,
        bucket,
        home=Settings.from_env().make_home(),
        work=work_store().bucket,
        steps=step_versions(),
        accept=accept,
        again=again,
        everything=everything,
        only_failed=only_failed,
    )
