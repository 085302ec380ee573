"""Publish a product so that readers see the old release or the new one, whole.

The order makes it safe: the blobs, each under its hash; the manifest, which never changes; the pointer, by
compare-and-swap; last the page that is rendered from them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from vitrine.models import Asset, Blob, Release
from vitrine.publishing.manifest import ReleaseFile, Review, manifest_of
from vitrine.publishing.pointer import JSON, compare_and_swap
from vitrine.publishing.publish_pages import publish_product_page
from vitrine.publishing.published import Target
from vitrine.publishing.releases import check_files, release_of
from vitrine.storage.bucket import IMMUTABLE, Bucket
from vitrine.storage.keys import pointer_key, release_key
from vitrine.storage.put_if_absent import put_if_absent
from vitrine.storage.work_store import WorkStore

UPLOADS_AT_ONCE = 8


def publish_release(
    asset: Asset, store: WorkStore, bucket: Bucket, *, review: Review | None = None
) -> Release:
    """Publish an asset whose blobs are in the work store; `review` is who has approved it, if it was held.

    Publishing the same content again changes nothing and returns `unchanged`. Several publishers of one
    product are safe: the last one to swap the pointer wins. Raises `StorageError`.
    """
    manifest = manifest_of(asset, review)
    slug = manifest.product.slug
    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        sent = list(pool.map(lambda file: _publish_file(file, store, bucket), manifest.files))
    check_files(manifest, bucket)
    target = Target(release=manifest.id, manifest=release_key(slug, manifest.id), inputs=asset.inputs)
    put_if_absent(bucket, target.manifest, manifest.to_json(), JSON)
    _, moved = compare_and_swap(bucket, pointer_key(slug), lambda: target)
    publish_product_page(bucket, slug)
    return release_of(manifest, target, bucket, unchanged=not moved, uploaded_bytes=sum(sent))


def _publish_file(file: ReleaseFile, store: WorkStore, bucket: Bucket) -> int:
    """Copy a file from the work store to the bucket unless it is there; return the bytes uploaded."""
    there = bucket.head(file.key)
    if there and there.size_bytes == file.size_bytes and there.sha256 in (None, file.sha256):
        return 0
    path = store.path(Blob(sha256=file.sha256, size_bytes=file.size_bytes, media_type=file.media_type))
    if there is None:
        put_if_absent(bucket, file.key, path, file.media_type)
    else:  # truncated or overwritten: its key is the hash of what it must be
        bucket.put(file.key, path, media_type=file.media_type, cache_control=IMMUTABLE)
    return file.size_bytes
