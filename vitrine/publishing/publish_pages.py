"""Put the pages where readers find them: drawn from what the pointer names, never the other way round."""

from __future__ import annotations

from collections.abc import Callable

from vitrine.errors import PreconditionFailed
from vitrine.models import Blob
from vitrine.publishing.catalog_manifest import CatalogManifest
from vitrine.publishing.manifest import ReleaseManifest
from vitrine.publishing.pages.assets import SiteAssets, site_assets
from vitrine.publishing.pages.catalog import catalog_page
from vitrine.publishing.pages.product import product_page
from vitrine.publishing.pointer import TRIES, Pointer, read_pointer
from vitrine.storage.bucket import SHORT, Bucket
from vitrine.storage.keys import CATALOG_PAGE, CATALOG_POINTER, blob_key, page_key, pointer_key
from vitrine.storage.put_if_absent import put_if_absent

HTML = "text/html; charset=utf-8"


def publish_product_page(bucket: Bucket, slug: str) -> None:
    """Draw a product's page from its current release and store it."""
    assets = publish_assets(bucket)

    def draw(pointer: Pointer) -> str:
        where = f"{pointer.manifest} in {bucket.root}"
        manifest = ReleaseManifest.from_json(bucket.get(pointer.manifest), where)
        catalog = bucket.head(CATALOG_POINTER) is not None
        return product_page(manifest, assets, base="../../", catalog=catalog)

    _publish_page(bucket, pointer_key(slug), page_key(slug), draw)


def publish_catalog_page(bucket: Bucket) -> None:
    """Draw the catalogue's page from its current release and store it."""
    assets = publish_assets(bucket)

    def draw(pointer: Pointer) -> str:
        where = f"{pointer.manifest} in {bucket.root}"
        manifest = CatalogManifest.from_json(bucket.get(pointer.manifest), where)
        return catalog_page(manifest, assets, base="")

    _publish_page(bucket, CATALOG_POINTER, CATALOG_PAGE, draw)


def publish_assets(bucket: Bucket) -> SiteAssets[str]:
    """Store style, scripts and the viewer as blobs; their keys."""

    def publish(data: bytes, media_type: str) -> str:
        key = blob_key(Blob.of(data, media_type))
        if bucket.head(key) is None:
            put_if_absent(bucket, key, data, media_type)
        return key

    return site_assets().map(publish)


def _publish_page(bucket: Bucket, pointer: str, page: str, draw: Callable[[Pointer], str]) -> None:
    """Store `draw(pointer)`, and again if the pointer moved meanwhile: the last release has the last word."""
    for _ in range(TRIES):
        read = read_pointer(bucket, pointer)
        if read is None:
            return  # withdrawn meanwhile
        data = draw(read[0]).encode()
        there = bucket.head(page)
        if there is None or there.sha256 != Blob.of(data, HTML).sha256:
            bucket.put(page, data, media_type=HTML, cache_control=SHORT)
        after = read_pointer(bucket, pointer)
        if after and after[0].serial == read[0].serial:
            return
    raise PreconditionFailed(
        f"{pointer} in {bucket.root} moved {TRIES} times while {page} was drawn: run again"
    )
