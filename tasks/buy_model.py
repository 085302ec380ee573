"""Step 2: one generation, bought once. The receipt joins it to step 3, which any process can take over."""

from __future__ import annotations

import asyncio

from prefect.events import emit_event

from blocks.resolve import load_bucket
from tasks.policy import step
from tasks.workshop import generator_of, ledger, work_store
from vitrine.errors import ProviderBusy, ProviderUnreachable
from vitrine.ledger.buy import buy
from vitrine.models import Blob, Job, PreparedPhoto
from vitrine.providers.base import Picture
from vitrine.recipe import Generation
from vitrine.storage.bucket import IMMUTABLE
from vitrine.storage.keys import blob_key

LINK_LIFE_S = 3600
"""How long a provider may take to fetch a photo that it was given as a link."""


@step(retries=5, retry_on=(ProviderBusy, ProviderUnreachable))
async def buy_model(photo: PreparedPhoto, generation: Generation, account: str, to: str, product: str) -> Job:
    """Buy one generation, once: the ledger holds the claim, so a rerun finds the receipt and pays nothing.

    Tried again only after an explicit "not now", or when nothing was sent: never on silence.
    """
    async with generator_of(account) as generator:
        order = generator.order(photo.blob, generation)
        picture = await asyncio.to_thread(work_store().read, photo.blob)
        url = await _link(photo.blob, picture, to) if generator.needs_url else None
        job = await buy(order, Picture(data=picture, url=url), generator, ledger(), product=product)
    if not job.reused:
        emit_event(
            "vitrine.purchase.submitted",
            resource={"prefect.resource.id": f"vitrine.purchase.{job.key}"},
            payload={
                "product": product,
                "provider": job.provider,
                "request_id": job.request_id,
                "price_usd": str(job.price_usd),
            },
        )
    return job


async def _link(photo: Blob, picture: bytes, to: str) -> str:
    """Put the photo where the provider can fetch it: into the bucket, behind a link that expires."""
    bucket = await load_bucket(to)
    key = blob_key(photo)
    url = bucket.url(key, expires_s=LINK_LIFE_S)
    if await asyncio.to_thread(bucket.head, key) is None:
        await asyncio.to_thread(
            bucket.put, key, picture, media_type=photo.media_type, cache_control=IMMUTABLE
        )
    return url
