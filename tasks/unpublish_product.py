"""Take a product off its destination and out of its shop."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket, load_shop
from tasks.policy import step
from vitrine.errors import ShopUnavailable, StorageError
from vitrine.models import slug_of
from vitrine.publishing.publish_catalog import publish_catalog
from vitrine.publishing.releases import withdraw
from vitrine.shops.push_to_shop import push_to_shop
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import CATALOG_POINTER


@step(retries=4, retry_on=(ShopUnavailable, StorageError), wait_s=5.0)
async def unpublish_product(product_id: str, to: str, shop: str | None) -> None:
    """Withdraw a product; its releases stay. In the shop, only our own media are removed."""
    bucket = await load_bucket(to)
    await asyncio.to_thread(_withdraw, bucket, product_id)
    if shop is not None:
        client = await load_shop(shop)
        try:
            await push_to_shop(product_id, bucket, client, ref=shop)
        finally:
            await client.aclose()


def _withdraw(bucket: Bucket, product_id: str) -> None:
    withdraw(bucket, slug_of(product_id))
    if bucket.head(CATALOG_POINTER) is not None:
        publish_catalog(bucket)
