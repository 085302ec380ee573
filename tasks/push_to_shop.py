"""Let the product in the shop show the published release."""

from __future__ import annotations

from blocks.resolve import load_bucket, load_shop
from tasks import product_events
from tasks.policy import step
from vitrine.errors import ShopUnavailable, StorageError
from vitrine.models import Asset, ShopListing
from vitrine.progress import log_progress
from vitrine.shops.push_to_shop import push_to_shop as push


@step(retries=4, retry_on=(ShopUnavailable, StorageError), wait_s=5.0)
async def push_to_shop(asset: Asset, to: str, shop: str) -> ShopListing:
    """Put the current release into the shop and emit `vitrine.product.listed`; each try looks first."""
    bucket = await load_bucket(to)
    client = await load_shop(shop)
    try:
        listing = await push(asset.product.id, bucket, client, ref=shop)
    finally:
        await client.aclose()
    log_progress("; ".join((f"{listing.shop}: {listing.status}", *listing.changes)))
    if listing.status != "unchanged":
        product_events.listed(asset, listing)
    return listing
