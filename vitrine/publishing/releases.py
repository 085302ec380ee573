"""Read, check, roll back and withdraw the releases of a product."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from vitrine.errors import NotFound, StorageError
from vitrine.models import Asset, Release
from vitrine.publishing.manifest import ReleaseManifest, manifest_of
from vitrine.publishing.pointer import compare_and_swap, read_pointer
from vitrine.publishing.publish_pages import publish_product_page
from vitrine.publishing.published import Target
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import page_key, pointer_key, release_key

HEADS_AT_ONCE = 8


def read_release(bucket: Bucket, slug: str) -> ReleaseManifest:
    """Return the current manifest of a product. Raises `NotFound` for a product that is not published."""
    read = read_pointer(bucket, pointer_key(slug))
    if read is None:
        raise NotFound(f"no product {slug} in {bucket.root}")
    return read_manifest(bucket, read[0].manifest)


def read_manifest(bucket: Bucket, key: str) -> ReleaseManifest:
    """Read the manifest of a release, current or not."""
    return ReleaseManifest.from_json(bucket.get(key), f"{key} in {bucket.root}")


def is_current(asset: Asset, bucket: Bucket) -> bool:
    """Tell whether exactly this asset is the current release."""
    read = read_pointer(bucket, pointer_key(asset.product.slug))
    return read is not None and read[0].release == manifest_of(asset).id


def check_files(manifest: ReleaseManifest, bucket: Bucket) -> None:
    """Raise `NotFound` or `StorageError` unless the bucket has every file of a release, whole."""
    with ThreadPoolExecutor(HEADS_AT_ONCE) as pool:
        found = list(pool.map(lambda file: bucket.head(file.key), manifest.files))
    for file, there in zip(manifest.files, found, strict=True):
        if there is None:
            raise NotFound(f"{file.role} of {manifest.product.id} is missing in {bucket.root}: {file.key}")
        if there.size_bytes != file.size_bytes or there.sha256 not in (None, file.sha256):
            raise StorageError(
                f"{file.role} of {manifest.product.id} is damaged in {bucket.root}: {file.key} has "
                f"{there.size_bytes} bytes, expected {file.size_bytes}. Delete it and publish again"
            )


def roll_back(bucket: Bucket, slug: str, release_id: str | None = None) -> Release:
    """Point a product at an earlier release: the given one, or the one before the current.

    Raises `NotFound` when there is none, or when a file of it is missing.
    """
    read = read_pointer(bucket, pointer_key(slug))
    if read is None:
        raise NotFound(f"no product {slug} in {bucket.root}")
    wanted = release_id or read[0].previous
    if wanted is None:
        raise NotFound(
            f"{slug} in {bucket.root} has only one release, {read[0].release}: there is no earlier one"
        )
    target = Target(release=wanted, manifest=release_key(slug, wanted))
    manifest = read_manifest(bucket, target.manifest)
    check_files(manifest, bucket)
    _, moved = compare_and_swap(bucket, pointer_key(slug), lambda: target)
    publish_product_page(bucket, slug)
    return release_of(manifest, target, bucket, unchanged=not moved, uploaded_bytes=0)


def withdraw(bucket: Bucket, slug: str) -> None:
    """Remove the pointer and the page of a product; its releases stay, and can be published again.

    The catalogue still lists it until the next `publish_catalog`.
    """
    bucket.delete(pointer_key(slug))
    bucket.delete(page_key(slug))


def release_of(
    manifest: ReleaseManifest, target: Target, bucket: Bucket, *, unchanged: bool, uploaded_bytes: int
) -> Release:
    """Return the record of a release that the product's pointer names."""
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
