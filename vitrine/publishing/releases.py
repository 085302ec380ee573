"""Read, check, roll back and withdraw the releases of a product."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from vitrine.errors import NotFound, StorageError
from vitrine.models import Asset, Release
from vitrine.publishing.manifest import ReleaseManifest, manifest_of
from vitrine.publishing.pointer import compare_and_swap, read_pointer
from vitrine.publishing.publish_pages import publish_product_page
from vitrine.publishing.published import Target
from vitrine.record import Record
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import embed_key, oembed_key, page_key, pointer_key, release_key

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

    With a given one this brings a withdrawn product back.

    Raises `NotFound` when there is none, or when a file of it is missing.
    """
    read = read_pointer(bucket, pointer_key(slug))
    if read is None and release_id is None:
        raise NotFound(f"no product {slug} is published in {bucket.root}: name the release")
    wanted = release_id or (read[0].previous if read else None)
    if wanted is None:
        assert read is not None
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
    """Remove the pointer and the pages of a product; its releases stay, and can be published again.

    The catalogue still lists it until the next `publish_catalog`.
    """
    bucket.delete(pointer_key(slug))
    for key in (page_key(slug), embed_key(slug), oembed_key(slug)):
        bucket.delete(key)


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


class ListedRelease(Record):
    """One release of a product, as a list shows it."""

    release: str
    state: Literal["current", "previous", "earlier"]
    """`previous` is where a rollback goes."""
    files: int
    size_bytes: int


def list_releases(bucket: Bucket, slug: str) -> tuple[ListedRelease, ...]:
    """Return every release of a product, the current one first; nothing for an unknown product."""
    read = read_pointer(bucket, pointer_key(slug))
    current, previous = (read[0].release, read[0].previous) if read else (None, None)
    keys = [info.key for info in bucket.list(f"products/{slug}/releases/") if info.key.endswith(".json")]
    with ThreadPoolExecutor(HEADS_AT_ONCE) as pool:
        manifests = list(pool.map(lambda key: read_manifest(bucket, key), keys))
    listed = []
    for key, manifest in zip(keys, manifests, strict=True):
        release = key.rpartition("/")[2].removesuffix(".json")
        state: Literal["current", "previous", "earlier"] = "earlier"
        if release == current:
            state = "current"
        elif release == previous:
            state = "previous"
        size_bytes = sum(file.size_bytes for file in manifest.files)
        listed.append(
            ListedRelease(release=release, state=state, files=len(manifest.files), size_bytes=size_bytes)
        )
    order = ("current", "previous", "earlier")
    return tuple(sorted(listed, key=lambda row: (order.index(row.state), row.release)))
