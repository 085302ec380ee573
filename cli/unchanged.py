"""Find out before any server starts that nothing has changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from cli.choices import BLOCK

if TYPE_CHECKING:
    from vitrine.models import Product
    from vitrine.recipe import Recipe
    from vitrine.runs import CatalogRun, Conversion
    from vitrine.storage.bucket import Bucket


def find_done(feed: str, recipe: Recipe, account: str, to: str) -> CatalogRun | None:
    """Return the result of a catalogue run that would change nothing, else `None`. Raises `StorageError`."""
    from tasks.code_version import step_versions
    from vitrine.feeds import stream_feed
    from vitrine.planning import RunPlan
    from vitrine.reviews.close_unanswered import unanswered
    from vitrine.reviews.queue import ReviewQueue
    from vitrine.runs import CatalogRun
    from vitrine.settings import Settings

    bucket = _bucket(to)
    if bucket is None:
        return None
    settings = Settings.from_env()
    store = settings.open_work_store()
    if unanswered(ReviewQueue(store.bucket, bucket.root), recipe, datetime.now(UTC)):
        return None
    plan = RunPlan(
        recipe,
        account,
        bucket,
        home=settings.make_home(),
        work=store.bucket,
        steps=step_versions(),
    )
    if plan.page_url is None:
        return None
    stream = stream_feed(feed, recipe.feed)
    kept = []
    for _, conversion in plan.split(stream):
        if conversion is None:
            return None
        kept.append(conversion)
    if not plan.is_done:
        return None
    return CatalogRun(conversions=tuple(kept), findings=stream.findings, page_url=plan.page_url)


def find_unchanged(
    products: Sequence[Product], recipe: Recipe, account: str, to: str
) -> list[Conversion] | None:
    """Return the results of products of which none has changed, else `None`. Raises `StorageError`."""
    from tasks.code_version import step_versions
    from vitrine import planning
    from vitrine.settings import Settings

    bucket = _bucket(to)
    if bucket is None:
        return None
    home = Settings.from_env().make_home()
    return planning.find_unchanged(products, recipe, account, bucket, home=home, steps=step_versions())


def _bucket(to: str) -> Bucket | None:
    """Return the destination; `None` for one that is saved in Prefect, whose server is not running yet."""
    from vitrine.storage.open import open_destination

    if to.startswith(BLOCK):
        return None
    return open_destination(to)
