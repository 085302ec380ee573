"""Read the current catalogue of a bucket."""

from __future__ import annotations

from vitrine.publishing.catalog_manifest import CatalogManifest
from vitrine.publishing.pointer import read_pointer
from vitrine.storage.bucket import Bucket
from vitrine.storage.keys import CATALOG_POINTER


def read_catalog_json(bucket: Bucket) -> tuple[bytes, str] | None:
    """Return the manifest of the current catalogue and where it is, for errors; `None` without one."""
    read = read_pointer(bucket, CATALOG_POINTER)
    if read is None:
        return None
    key = read[0].manifest
    return bucket.get(key), f"{key} in {bucket.root}"


def read_catalog(bucket: Bucket) -> CatalogManifest | None:
    """Return the current catalogue; `None` without one. Raises `StorageError` for an unreadable one."""
    found = read_catalog_json(bucket)
    return None if found is None else CatalogManifest.from_json(*found)
