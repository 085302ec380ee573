"""Publish the asset and its page to a bucket."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket
from tasks import product_events
from tasks.policy import step
from tasks.resources import work_store
from vitrine.errors import StorageError
from vitrine.models import Asset, Release
from vitrine.publishing import publish_release as publishing


@step(retries=3, retry_on=(StorageError,))
async def publish_release(asset: Asset, to: str) -> Release:
    """Publish an asset and emit `vitrine.product.published`; unchanged content publishes nothing."""
    bucket = await load_bucket(to)
    release = await asyncio.to_thread(publishing.publish_release, asset, work_store(), bucket)
    if not release.unchanged:
        product_events.published(asset, release)
    return release
