"""Render the pages from the current releases, and store them."""

from __future__ import annotations

from collections.abc import Callable

from vitrine.errors import PreconditionFailed
from vitrine.models import Blob
from vitrine.publishing.catalog_manifest import CatalogManifest
from vitrine.publishing.manifest import ReleaseManifest
from vitrine.publishing.pages.assets import PageAssets, page_assets
from vitrine.publishing.pages.catalog import render_catalog_page
from vitrine.publishing.pages.product import render_product_page
from vitrine.publishing.pointer import TRIES, Pointer, read_pointer
from vitrine.storage.bucket import SHORT, Bucket
from vitrine.storage.keys import CATALOG_PAGE, CATALOG_POINTER, blob_key, page_key, pointer_key
from vitrine.storage.put_if_absent import put_if_absent

HTML = "text/html; charset=utf-8"


def publish_product_page(bucket: Bucket, slug: str) -> None:
    """Render the page of a product from its current release, and store it."""
    assets = publish_assets(bucket)

    def render(pointer: Pointer) -> str:
        where = f"{pointer.manifest} in {bucket.root}"
        manifest = ReleaseManifest.from_json(bucket.get(pointer.manifest), where)
        catalog = bucket.head(CATALOG_POINTER) is not None
        return render_product_page(manifest, assets, base="../../", catalog=catalog)

    _publish_page(bucket, pointer_key(slug), page_key(slug), render)


def publish_catalog_page(bucket: Bucket) -> None:
    """Render the page of the catalogue from its current release, and store it."""
    assets = publish_assets(bucket)

    def render(pointer: Pointer) -> str:
        where = f"{pointer.manifest} in {bucket.root}"
        manifest = CatalogManifest.from_json(bucket.get(pointer.manifest), where)
        return render_catalog_page(manifest, assets, base="")

    _publish_page(bucket, CATALOG_POINTER, CATALOG_PAGE, render)


def publish_assets(bucket: Bucket) -> PageAssets[str]:
    """Store stylesheet, scripts and viewer as blobs; return their keys."""

    def publish(data: bytes, media_type: str) -> str:
        key = blob_key(Blob.of(data, media_type))
        if bucket.head(key) is None:
            put_if_absent(bucket, key, data, media_type)
        return key

    return page_assets().map(publish)


def _publish_page(bucket: Bucket, pointer: str, page: str, render: Callable[[Pointer], str]) -> None:
    """Store `render(pointer)`; repeat when the pointer has changed meanwhile, so the last release wins."""
    for _ in range(TRIES):
        read = read_pointer(bucket, pointer)
        if read is None:
            return  # withdrawn meanwhile
        data = render(read[0]).encode()
        there = bucket.head(page)
        if there is None or there.sha256 != Blob.of(data, HTML).sha256:
            bucket.put(page, data, media_type=HTML, cache_control=SHORT)
        after = read_pointer(bucket, pointer)
        if after and after[0].serial == read[0].serial:
            return
    raise PreconditionFailed(
        f"{pointer} in {bucket.root} changed {TRIES} times while {page} was rendered; run again"
    )
