"""Publish the catalogue: one release that lists every product the bucket points at.

It moves once, after its products did: a run that dies on the way leaves the catalogue of before.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from vitrine.errors import NotFound, StorageError
from vitrine.models import Release
from vitrine.publishing.catalog_manifest import CatalogEntry, CatalogManifest, entry_of
from vitrine.publishing.pointer import JSON, Pointer, swap
from vitrine.publishing.publish_pages import publish_catalog_page, publish_product_page
from vitrine.publishing.publish_release import read_manifest
from vitrine.publishing.published import Target
from vitrine.record import Record
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import CATALOG_PAGE, CATALOG_POINTER, catalog_release_key
from vitrine.storage.put_if_absent import put_if_absent

READS_AT_ONCE = 16


class CatalogRelease(Record):
    """A catalogue as published."""

    id: str
    manifest_key: str
    pointer_key: str
    page_key: str
    page_url: str
    products: int
    unchanged: bool = False


def publish_catalog(
    bucket: Bucket,
    releases: Iterable[Release] = (),
    *,
    title: str = "Catalogue",
    failed: Iterable[str] = (),
    held: Iterable[str] = (),
) -> CatalogRelease:
    """Release the catalogue of all products in the bucket, those published earlier included.

    `releases` are the ones this run has published: each must be there, else `StorageError` and the catalogue
    stays as it was. `failed` are the ids of products that did not make it, `held` of those that wait for a
    person's word; both are named in the manifest.
    """
    expected = {release.product_id for release in releases}
    latest = CatalogManifest(title=title, products=(), failed=tuple(sorted(failed)), held=tuple(sorted(held)))

    def choose() -> Target:
        nonlocal latest
        entries = list_products(bucket)
        if missing := expected - {entry.id for entry in entries}:
            raise StorageError(
                f"{bucket.root} does not point at {', '.join(sorted(missing))}, which this run published: "
                "somebody withdrew it meanwhile. The catalogue was left as it is; run again"
            )
        latest = latest.model_copy(update={"products": entries})
        key = catalog_release_key(latest.id)
        put_if_absent(bucket, key, latest.to_json(), JSON)
        return Target(release=latest.id, manifest=key)

    first = bucket.head(CATALOG_POINTER) is None
    pointer, moved = swap(bucket, CATALOG_POINTER, choose)
    publish_catalog_page(bucket)
    if first:  # from now on the products' pages can lead to the catalogue's
        with ThreadPoolExecutor(READS_AT_ONCE) as pool:
            list(pool.map(lambda entry: publish_product_page(bucket, entry.slug), latest.products))
    return CatalogRelease(
        id=pointer.release,
        manifest_key=pointer.manifest,
        pointer_key=CATALOG_POINTER,
        page_key=CATALOG_PAGE,
        page_url=bucket.url(CATALOG_PAGE),
        products=len(latest.products),
        unchanged=not moved,
    )


def list_products(bucket: Bucket) -> tuple[CatalogEntry, ...]:
    """Every product the bucket points at, by title."""
    keys = [
        info.key
        for info in bucket.list("products/")
        if info.key.count("/") == 2 and info.key.endswith("/current.json")
    ]
    with ThreadPoolExecutor(READS_AT_ONCE) as pool:
        entries = [entry for entry in pool.map(lambda key: _entry(bucket, key), keys) if entry]
    return tuple(sorted(entries, key=lambda entry: (entry.title.casefold(), entry.id)))


def _entry(bucket: Bucket, key: str) -> CatalogEntry | None:
    try:
        pointer = Pointer.from_json(bucket.get(key), f"{key} in {bucket.root}")
    except NotFound:
        return None  # withdrawn since the listing
    return entry_of(read_manifest(bucket, pointer.manifest), pointer)
