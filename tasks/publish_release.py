"""Step 11: the asset in its bucket, whole, with a page of its own."""

from __future__ import annotations

import asyncio

from prefect.events import emit_event

from blocks.resolve import load_bucket
from tasks.policy import step
from tasks.resources import work_store
from vitrine.errors import StorageError
from vitrine.models import Asset, Release
from vitrine.publishing import publish_release as publishing


@step(retries=3, retry_on=(StorageError,))
async def publish_release(asset: Asset, to: str) -> Release:
    """Publish an asset; the same content again changes nothing. A bucket that fails is tried again."""
    bucket = await load_bucket(to)
    release = await asyncio.to_thread(publishing.publish_release, asset, work_store(), bucket)
    if not release.unchanged:
        emit_event(
            "vitrine.product.published",
            resource={
                "prefect.resource.id": f"vitrine.product.{asset.product.slug}",
                "prefect.resource.name": asset.product.title or asset.product.id,
            },
            payload={"product": asset.product.id, "release": release.id, "page_url": release.page_url},
        )
    return release
