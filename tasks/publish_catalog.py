"""The last step of a catalogue run: one release that lists every product."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket
from tasks.policy import step
from vitrine.errors import StorageError
from vitrine.models import Release
from vitrine.publishing import publish_catalog as catalog


@step(retries=3, retry_on=(StorageError,))
async def publish_catalog(
    releases: tuple[Release, ...], failed: tuple[str, ...], held: tuple[str, ...], to: str
) -> catalog.CatalogRelease:
    """Publish the catalogue of all that is in the bucket; its manifest names what `failed` or is `held`."""
    bucket = await load_bucket(to)
    return await asyncio.to_thread(catalog.publish_catalog, bucket, releases, failed=failed, held=held)
