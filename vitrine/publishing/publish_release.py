"""Publish a product so that a reader sees the old release or the new one, whole, and nothing between.

Contents first, each under its hash; then the manifest, which never changes; then the pointer, swapped only if
nobody else moved it; then the page that is drawn from them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from vitrine.errors import NotFound, StorageError
from vitrine.models import Asset, Blob, Release
from vitrine.publishing.manifest import ReleaseFile, ReleaseManifest, manifest_of
from vitrine.publishing.pointer import JSON, read_pointer, swap
from vitrine.publishing.publish_pages import publish_product_page
from vitrine.publishing.published import Target
from vitrine.storage.bucket import IMMUTABLE, Bucket
from vitrine.storage.keys import page_key, pointer_key, release_key
from vitrine.storage.put_if_absent import put_if_absent
from vitrine.storage.work_store import WorkStore

UPLOADS_AT_ONCE = 8


def publish_product(asset: Asset, store: WorkStore, bucket: Bucket) -> Release:
    """Release an asset whose contents lie in the work store.

    Publishing the same content again changes nothing and says `unchanged`. Safe against other publishers of
    the same product; the last one to move the pointer wins.
    """
    manifest = manifest_of(asset)
    slug = manifest.product.slug
    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        sent = list(pool.map(lambda file: _publish_file(file, store, bucket), manifest.files))
    check_files(manifest, bucket)
    target = Target(release=manifest.id, manifest=release_key(slug, manifest.id))
    put_if_absent(bucket, target.manifest, manifest.to_json(), JSON)
    _, moved = swap(bucket, pointer_key(slug), lambda: target)
    publish_product_page(bucket, slug)
    return _release(manifest, target, bucket, unchanged=not moved, uploaded_bytes=sum(sent))


def is_current(asset: Asset, bucket: Bucket) -> bool:
    """Whether this very asset is what readers of the bucket see now."""
    read = read_pointer(bucket, pointer_key(asset.product.slug))
    return read is not None and read[0].release == manifest_of(asset).id


def roll_back(bucket: Bucket, slug: str, release_id: str | None = None) -> Release:
    """Point a product at an earlier release: the one named, or the one before the current.

    Raises `NotFound` when there is none, or when a file of it is gone.
    """
    read = read_pointer(bucket, pointer_key(slug))
    if read is None:
        raise NotFound(f"no product {slug} in {bucket.root}")
    wanted = release_id or read[0].previous
    if wanted is None:
        raise NotFound(
            f"{slug} in {bucket.root} has only one release, {read[0].release}: nothing to go back to"
        )
    target = Target(release=wanted, manifest=release_key(slug, wanted))
    manifest = read_manifest(bucket, target.manifest)
    check_files(manifest, bucket)
    _, moved = swap(bucket, pointer_key(slug), lambda: target)
    publish_product_page(bucket, slug)
    return _release(manifest, target, bucket, unchanged=not moved, uploaded_bytes=0)


def withdraw(bucket: Bucket, slug: str) -> None:
    """Take a product off: its pointer and its page go, its releases stay and can be rolled back to.

    The catalogue still lists it until the next `publish_catalog`.
    """
    bucket.delete(pointer_key(slug))
    bucket.delete(page_key(slug))


def read_release(bucket: Bucket, slug: str) -> ReleaseManifest:
    """The manifest a product's pointer names. Raises `NotFound` for a product that is not published."""
    read = read_pointer(bucket, pointer_key(slug))
    if read is None:
        raise NotFound(f"no product {slug} in {bucket.root}")
    return read_manifest(bucket, read[0].manifest)


def read_manifest(bucket: Bucket, key: str) -> ReleaseManifest:
    """Read one release, current or not."""
    return ReleaseManifest.from_json(bucket.get(key), f"{key} in {bucket.root}")


def check_files(manifest: ReleaseManifest, bucket: Bucket) -> None:
    """Raise `NotFound` or `StorageError` unless every file of a release is in the bucket, whole."""
    with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
        found = list(pool.map(lambda file: bucket.head(file.key), manifest.files))
    for file, there in zip(manifest.files, found, strict=True):
        if there is None:
            raise NotFound(f"{file.role} of {manifest.product.id} is missing in {bucket.root}: {file.key}")
        if there.size_bytes != file.size_bytes or there.sha256 not in (None, file.sha256):
            raise StorageError(
                f"{file.role} of {manifest.product.id} is damaged in {bucket.root}: {file.key} has "
                f"{there.size_bytes} bytes, expected {file.size_bytes}. Delete it and publish again"
            )


def _publish_file(file: ReleaseFile, store: WorkStore, bucket: Bucket) -> int:
    """Copy a file from the work store unless it is there; bytes uploaded."""
    there = bucket.head(file.key)
    if there and there.size_bytes == file.size_bytes and there.sha256 in (None, file.sha256):
        return 0
    blob = Blob(sha256=file.sha256, size_bytes=file.size_bytes, media_type=file.media_type)
    path = store.path(blob)
    if there is None:
        put_if_absent(bucket, file.key, path, file.media_type)
    else:  # cut short or overwritten by something else: its key says what it must be
        bucket.put(file.key, path, media_type=file.media_type, cache_control=IMMUTABLE)
    return file.size_bytes


def _release(
    manifest: ReleaseManifest, target: Target, bucket: Bucket, *, unchanged: bool, uploaded_bytes: int
) -> Release:
    slug = manifest.product.slug
    return Release(
        id=target.release,
        product_id=manifest.product.id,
        manifest_key=target.manifest,
        pointer_key=pointer_key(slug),
        page_key=page_key(slug),
        page_url=bucket.url(page_key(slug)),
        unchanged=unchanged,
        uploaded_bytes=uploaded_bytes,
    )
