"""Render the pages from the current releases, and store them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vitrine.errors import PreconditionFailed
from vitrine.models import Blob
from vitrine.publishing.catalog_manifest import CatalogManifest
from vitrine.publishing.manifest import ReleaseManifest
from vitrine.publishing.pages.assets import PageAssets, page_assets
from vitrine.publishing.pages.catalog import render_catalog_page
from vitrine.publishing.pages.embed import embed_script, oembed, render_embed_page
from vitrine.publishing.pages.product import render_product_page
from vitrine.publishing.pointer import TRIES, Pointer, read_pointer
from vitrine.publishing.shop_record import read_listings
from vitrine.storage.bucket import SHORT, Bucket
from vitrine.storage.keys import (
    CATALOG_PAGE,
    CATALOG_POINTER,
    EMBED_SCRIPT,
    blob_key,
    embed_key,
    media_type_of,
    oembed_key,
    page_key,
    pointer_key,
)
from vitrine.storage.put_if_absent import put_if_absent


def publish_product_page(bucket: Bucket, slug: str) -> None:
    """Render the pages of a product from its current release, and store them: its own, and its embed's."""
    assets = publish_assets(bucket)
    web = bucket.url(page_key(slug)).startswith(("http://", "https://"))

    def page(pointer: Pointer) -> str:
        catalog = bucket.head(CATALOG_POINTER) is not None
        shops = read_listings(bucket, slug)
        return render_product_page(
            _manifest(bucket, pointer), assets, base="../../", catalog=catalog, shops=shops, oembed=web
        )

    def embed(pointer: Pointer) -> str:
        return render_embed_page(_manifest(bucket, pointer), assets, base="../../")

    def response(pointer: Pointer) -> str:
        manifest = _manifest(bucket, pointer)
        poster = manifest.file("poster")
        poster_url = bucket.url(poster.key) if poster else None
        return oembed(manifest, embed_url=bucket.url(embed_key(slug)), poster_url=poster_url)

    renders = {embed_key(slug): embed, page_key(slug): page}
    if web:
        renders = {oembed_key(slug): response, **renders}
    _publish_pages(bucket, pointer_key(slug), renders)


def publish_catalog_page(bucket: Bucket) -> None:
    """Render the page of the catalogue from its current release, and store it."""
    assets = publish_assets(bucket)

    def render(pointer: Pointer) -> str:
        where = f"{pointer.manifest} in {bucket.root}"
        manifest = CatalogManifest.from_json(bucket.get(pointer.manifest), where)
        return render_catalog_page(manifest, assets, base="")

    _publish_pages(bucket, CATALOG_POINTER, {CATALOG_PAGE: render})


def publish_assets(bucket: Bucket) -> PageAssets[str]:
    """Store stylesheet, scripts and viewer as blobs, and the script for other sites.

    Returns the keys of the blobs.
    """

    def publish(data: bytes, media_type: str) -> str:
        key = blob_key(Blob.of(data, media_type))
        if bucket.head(key) is None:
            put_if_absent(bucket, key, data, media_type)
        return key

    keys = page_assets().map(publish)
    _put_if_changed(bucket, EMBED_SCRIPT, embed_script(keys.viewer))
    return keys


def _manifest(bucket: Bucket, pointer: Pointer) -> ReleaseManifest:
    return ReleaseManifest.from_json(bucket.get(pointer.manifest), f"{pointer.manifest} in {bucket.root}")


def _publish_pages(bucket: Bucket, pointer: str, renders: Mapping[str, Callable[[Pointer], str]]) -> None:
    """Store the pages; repeat when the pointer has changed meanwhile, so the last release wins."""
    for _ in range(TRIES):
        read = read_pointer(bucket, pointer)
        if read is None:
            return  # withdrawn meanwhile
        for key, render in renders.items():
            _put_if_changed(bucket, key, render(read[0]).encode())
        after = read_pointer(bucket, pointer)
        if after and after[0].serial == read[0].serial:
            return
    raise PreconditionFailed(
        f"{pointer} in {bucket.root} changed {TRIES} times while its pages were rendered; run again"
    )


def _put_if_changed(bucket: Bucket, key: str, data: bytes) -> None:
    media_type = media_type_of(key)
    there = bucket.head(key)
    if there is None or there.sha256 != Blob.of(data, media_type).sha256:
        bucket.put(key, data, media_type=media_type, cache_control=SHORT)
