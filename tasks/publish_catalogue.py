"""The last step of a catalogue run: one release that lists every product."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket
from tasks.policy import step
from vitrine.errors import StorageError
from vitrine.models import Release
from vitrine.storage.catalog import CatalogRelease, publish_catalog


@step(retries=3, retry_on=(StorageError,))
async def publish_catalogue(
    releases: tuple[Release, ...], failed: tuple[str, ...], to: str
) -> CatalogRelease:
    """Publish the catalogue page of all that is in the bucket; `failed` are named in its manifest."""
    bucket = await load_bucket(to)
    return await asyncio.to_thread(publish_catalog, bucket, releases, failed=failed)
