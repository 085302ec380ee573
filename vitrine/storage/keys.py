"""Where things lie in a bucket, what a key may be, and which media type a suffix means."""

from __future__ import annotations

from vitrine.errors import StorageError
from vitrine.models import SUFFIXES, Blob

PRIVATE = ".vitrine"
"""Folder inside a local bucket for what a person need not look at; no key may lie in it."""

MEDIA_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()} | {
    ".jpeg": "image/jpeg",
    ".ktx2": "image/ktx2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
"""Python's own table knows neither GLB nor USDZ nor KTX2."""


def media_type_of(key: str) -> str:
    """The media type a key's suffix stands for, `application/octet-stream` when it stands for none."""
    name = key.rpartition("/")[2]
    _, dot, suffix = name.rpartition(".")
    return MEDIA_TYPES.get(dot + suffix.lower(), "application/octet-stream")


def check_key(key: str) -> str:
    """Return `key` if it is a plain relative path; raise `StorageError` if it could lead elsewhere.

    At most 1,024 bytes of UTF-8, the limit of S3.
    """
    parts = key.split("/")
    if (
        not key
        or any(part in ("", ".", "..") for part in parts)
        or parts[0] == PRIVATE
        or "\\" in key
        or any(ord(char) < 32 or ord(char) == 127 for char in key)
    ):
        raise StorageError(
            f"{key!r} is no key: a key is a relative path with forward slashes, "
            f"without empty, '.' or '..' parts, backslashes or control characters, and not in {PRIVATE}/"
        )
    try:
        size = len(key.encode())
    except UnicodeEncodeError as error:
        raise StorageError(f"{key!r} is no key: it cannot be written as UTF-8") from error
    if size > 1024:
        raise StorageError(f"a key may have 1024 bytes, {key[:40]!r}… has {size}")
    return key


def blob_key(blob: Blob) -> str:
    """Return the key of a content, named after its hash."""
    return f"blobs/{blob.name}"


def release_key(slug: str, release_id: str) -> str:
    """Return the key of a product's release manifest."""
    return f"products/{slug}/releases/{release_id}.json"


def pointer_key(slug: str) -> str:
    """Return the key of the pointer to a product's current release."""
    return f"products/{slug}/current.json"


def page_key(slug: str) -> str:
    """Return the key of a product's page."""
    return f"products/{slug}/index.html"


CATALOG_POINTER = "catalog/current.json"
CATALOG_PAGE = "index.html"


def catalog_release_key(release_id: str) -> str:
    """Return the key of a catalogue's release manifest."""
    return f"catalog/releases/{release_id}.json"
