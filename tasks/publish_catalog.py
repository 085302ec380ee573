"""Publish the catalogue of all products."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket
from tasks.code_version import step_versions
from tasks.policy import step
from vitrine.errors import StorageError
from vitrine.planning import RunHashes
from vitrine.publishing import publish_catalog as catalog
from vitrine.recipe import Recipe
from vitrine.runs import Conversion


@step(retries=3, retry_on=(StorageError,))
async def publish_catalog(
    conversions: tuple[Conversion, ...], recipe: Recipe, account: str, to: str
) -> catalog.CatalogRelease:
    """Publish the products of the bucket as a catalogue; its manifest names what has failed or is held."""
    bucket = await load_bucket(to)
    return await asyncio.to_thread(
        catalog.publish_catalog,
        bucket,
        [row.release for row in conversions if row.release],
        failed=[row.product_id for row in conversions if row.status == "failed"],
        held=[row.product_id for row in conversions if row.status == "held"],
        held_inputs={row.product_id: row.inputs for row in conversions if row.inputs},
        details=RunHashes.of(recipe, account, step_versions()).details,
    )
