"""Let a shop's product show the current release, and note it beside the product's pointer."""

from __future__ import annotations

import asyncio

from vitrine.models import ShopListing, slug_of
from vitrine.publishing.pointer import read_pointer
from vitrine.publishing.publish_pages import publish_product_page
from vitrine.publishing.releases import read_manifest
from vitrine.publishing.shop_record import ShopRecord, forget_listing, store_listing
from vitrine.shops.released_model import ReleasedModel
from vitrine.shops.shop import Shop
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import pointer_key


async def push_to_shop(
    product_id: str, bucket: Bucket, shop: Shop, *, ref: str = "", dry_run: bool = False
) -> ShopListing:
    """Let the product in the shop show its current release; return what was done.

    It may be called again at any time, after a crash too: the shop is asked first what it shows, and nothing
    is attached twice. A product that is no longer published is taken down. The product's page then links to
    the shop, and `ref` is noted as the name by which runs know the shop. Raises `ShopUnavailable`,
    `ShopRefused`, `StorageError`; `ConfigError` if the shop needs public URLs that the bucket has not.
    """
    slug = slug_of(product_id)
    model = await asyncio.to_thread(current_model, product_id, bucket)
    if model is None:
        listing = await shop.take_down(product_id, dry_run=dry_run)
    else:
        listing = await shop.push(model, dry_run=dry_run)
    if not dry_run:
        await asyncio.to_thread(_record, bucket, slug, listing, ref)
    return listing


def current_model(product_id: str, bucket: Bucket) -> ReleasedModel | None:
    """Return the current release of a product, or `None` for a product that is not published."""
    read = read_pointer(bucket, pointer_key(slug_of(product_id)))
    if read is None:
        return None
    manifest = read_manifest(bucket, read[0].manifest)
    return ReleasedModel(manifest=manifest, release=read[0].release, bucket=bucket)


def _record(bucket: Bucket, slug: str, listing: ShopListing, ref: str) -> None:
    if listing.status == "removed":
        changed = forget_listing(bucket, slug, listing.shop)
    else:
        record = ShopRecord(
            shop=listing.shop,
            product=listing.shop_product,
            url=listing.url,
            release=listing.release,
            ref=ref,
        )
        changed = store_listing(bucket, slug, record)
    if changed:
        publish_product_page(bucket, slug)
