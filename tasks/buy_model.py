"""Buy one generation, once; any process can fetch its model with the receipt (`Job`)."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket
from tasks import purchase_events
from tasks.alerts import report_budget_used, report_spending_and_accounts
from tasks.destination import check_destination
from tasks.job_slot import acquire_slot
from tasks.policy import step
from tasks.resources import earlier_photos, ledger, open_accounts, work_store
from vitrine.errors import BudgetReached, ProviderBusy, ProviderUnreachable
from vitrine.models import Blob, Job, PreparedPhoto
from vitrine.providers.base import ImageTo3DProvider, PhotoUpload
from vitrine.providers.routing import parse_accounts
from vitrine.purchasing.buy_model import buy_model as buy_from_accounts
from vitrine.recipe import Generation
from vitrine.storage.bucket import IMMUTABLE
from vitrine.storage.keys import blob_key

LINK_LIFE_S = 3600
"""How long the link to a photo is valid, in which the provider has to fetch it."""


@step(retries=5, retry_on=(ProviderBusy, ProviderUnreachable))
async def buy_model(
    photo: PreparedPhoto, generation: Generation, account: str, to: str, product: str, attempt: int = 1
) -> Job:
    """Buy one generation, once: the ledger holds the claim, so a rerun finds the receipt and pays nothing.

    Of several attempts that were bought the newest counts, `attempt` or later.

    The task is retried only after the provider has refused for now, or if no request was sent. A request
    without an answer is never sent again. Nothing is bought unless the destination `to` takes it.
    """
    await check_destination(to)
    data = await asyncio.to_thread(work_store().read, photo.blob)

    async def photo_for(provider: ImageTo3DProvider) -> PhotoUpload:
        return PhotoUpload(data=data, url=await _link(photo.blob, data, to) if provider.needs_url else None)

    async def acquire_slot_at(provider: ImageTo3DProvider) -> None:
        await acquire_slot(names[accounts.index(provider)])

    names = parse_accounts(account)[1]
    try:
        async with open_accounts(account) as (accounts, policy):
            with purchase_events.report_errors(product, account):
                job = await buy_from_accounts(
                    accounts,
                    photo.identity,
                    generation,
                    photo_for,
                    ledger(),
                    policy=policy,
                    attempt=attempt,
                    link_earlier=lambda orders: earlier_photos().link(orders, photo),
                    product=product,
                    on_claimed=purchase_events.claimed,
                    acquire_slot=acquire_slot_at,
                )
    except BudgetReached as error:
        await report_budget_used(error)
        raise
    finally:
        await report_spending_and_accounts()
    if not job.reused:
        purchase_events.submitted(job, product)
    return job


async def _link(photo: Blob, photo_bytes: bytes, to: str) -> str:
    """Put the photo into the bucket and return a link that expires, where the provider can fetch it."""
    bucket = await load_bucket(to)
    key = blob_key(photo)
    url = bucket.url(key, expires_s=LINK_LIFE_S)
    if await asyncio.to_thread(bucket.head, key) is None:
        await asyncio.to_thread(
            bucket.put, key, photo_bytes, media_type=photo.media_type, cache_control=IMMUTABLE
        )
    return url
