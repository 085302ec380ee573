"""Publish the catalogue: one release that lists every product with a current release.

Its pointer is swapped once, after those of the products, so a run that dies leaves the catalogue unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

from vitrine.errors import StorageError
from vitrine.models import Blob, Details, Inputs, Release
from vitrine.publishing.catalog_manifest import CatalogEntry, CatalogManifest, entry_of
from vitrine.publishing.pages.assets import page_assets
from vitrine.publishing.pages.catalog import render_catalog_page
from vitrine.publishing.pointer import JSON, compare_and_swap, read_pointer
from vitrine.publishing.publish_pages import publish_catalog_page, publish_product_page
from vitrine.publishing.published import Target
from vitrine.publishing.read_catalog import read_catalog
from vitrine.publishing.releases import read_manifest
from vitrine.record import Record
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import CATALOG_PAGE, CATALOG_POINTER, blob_key, catalog_release_key, pointer_key
from vitrine.storage.put_if_absent import put_if_absent

READS_AT_ONCE = 16


class CatalogRelease(Record):
    """A published catalogue."""

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
    held_inputs: Mapping[str, Inputs] = MappingProxyType({}),
    details: Details = MappingProxyType({}),
) -> CatalogRelease:
    """Publish the catalogue of all products in the bucket, those of earlier runs included.

    Parameters
    ----------
    releases
        What this run has published. When one is missing in the bucket, `StorageError` is raised and the
        catalogue stays unchanged.
    failed, held
        Ids of products that failed, and of those that wait for review; the manifest names them.
    held_inputs, details
        What the held products were made from, and the hashes behind the inputs of this run's products.
    """
    releases = tuple(releases)
    expected = {release.product_id for release in releases}
    before = read_catalog(bucket)
    known = {**(before.details if before else {}), **{key: dict(value) for key, value in details.items()}}
    latest = CatalogManifest(
        title=title,
        products=(),
        failed=tuple(sorted(failed)),
        held=tuple(sorted(held)),
        held_inputs=dict(sorted(held_inputs.items())),
    )

    def choose() -> Target:
        nonlocal latest
        entries = list_products(bucket, {one.pointer_key: one.id for one in releases}, before)
        if missing := expected - {entry.id for entry in entries}:
            raise StorageError(
                f"{bucket.root} does not point at {', '.join(sorted(missing))}, which this run published: "
                "somebody has withdrawn it meanwhile. The catalogue is unchanged; run again"
            )
        made_from = [*(entry.inputs for entry in entries), *held_inputs.values()]
        used = {key for inputs in made_from if inputs for key in (inputs.recipe, inputs.code)}
        named = {key: value for key, value in sorted(known.items()) if key in used}
        latest = latest.model_copy(update={"products": entries, "details": named})
        key = catalog_release_key(latest.id)
        put_if_absent(bucket, key, latest.to_json(), JSON)
        return Target(release=latest.id, manifest=key)

    first = bucket.head(CATALOG_POINTER) is None
    pointer, moved = compare_and_swap(bucket, CATALOG_POINTER, choose)
    publish_catalog_page(bucket)
    if first:  # now the pages of the products can link to the catalogue
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


def update_catalog(bucket: Bucket, *, reviewed: str | None = None) -> None:
    """Publish the catalogue anew after a change of one product, if there is one.

    What the last run says about failed and held products stays, without a product that was `reviewed`.
    """
    before = read_catalog(bucket)
    if before is None:
        return
    publish_catalog(
        bucket,
        title=before.title,
        failed=before.failed,
        held=[product for product in before.held if product != reviewed],
        held_inputs={key: value for key, value in before.held_inputs.items() if key != reviewed},
    )


def list_products(
    bucket: Bucket,
    expected: Mapping[str, str] = MappingProxyType({}),
    before: CatalogManifest | None = None,
) -> tuple[CatalogEntry, ...]:
    """Return an entry for every product with a current release, by title.

    `expected` (key of a pointer -> id of its release) are looked up even if the server does not list them
    yet. Where a product's pointer has the ETag that the catalogue `before` has noted, and the release that is
    expected, its entry is taken from there, and nothing is read.
    """
    listed = {
        info.key: info.etag
        for info in bucket.list("products/")
        if info.key.count("/") == 2 and info.key.endswith("/current.json")
    }
    earlier = {pointer_key(entry.slug): entry for entry in before.products} if before else {}

    def entry(key: str) -> CatalogEntry | None:
        known = earlier.get(key)
        if known is None or known.pointer_etag != listed.get(key, ""):
            return _entry(bucket, key)
        return known if known.release == expected.get(key, known.release) else _entry(bucket, key)

    with ThreadPoolExecutor(READS_AT_ONCE) as pool:
        entries = [entry for entry in pool.map(entry, sorted({*listed, *expected})) if entry]
    return tuple(sorted(entries, key=lambda entry: (entry.title.casefold(), entry.id)))


def list_page(bucket: Bucket) -> str:
    """Return a page like the catalogue's, of all products, for a bucket that has no catalogue."""
    assets = page_assets().map(lambda data, media_type: blob_key(Blob.of(data, media_type)))
    return render_catalog_page(
        CatalogManifest(title="Products", products=list_products(bucket)), assets, base=""
    )


def _entry(bucket: Bucket, key: str) -> CatalogEntry | None:
    read = read_pointer(bucket, key)
    if read is None:
        return None  # withdrawn since the listing
    pointer, etag = read
    return entry_of(read_manifest(bucket, pointer.manifest), pointer, etag)
