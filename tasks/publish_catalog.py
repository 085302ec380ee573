"""Publish the catalogue of all products."""

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
    """Publish the products of the bucket as a catalogue; its manifest lists the `failed` and the `held`."""
    bucket = await load_bucket(to)
    return await asyncio.to_thread(catalog.publish_catalog, bucket, releases, failed=failed, held=held)
