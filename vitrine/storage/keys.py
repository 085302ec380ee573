"""The keys of blobs, releases, pointers and pages; which keys are valid; media types by suffix."""

from __future__ import annotations

from vitrine.errors import StorageError
from vitrine.models import SUFFIXES, Blob

PRIVATE = ".vitrine"
"""Folder inside a local bucket for locks and metadata; no key may start with it."""

MEDIA_TYPES = {suffix: media_type for media_type, suffix in SUFFIXES.items()} | {
    ".jpeg": "image/jpeg",
    ".ktx2": "image/ktx2",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".xml": "application/xml",
}
"""suffix -> media type; Python's `mimetypes` has neither GLB nor USDZ nor KTX2."""


def media_type_of(key: str) -> str:
    """Return the media type of a key's suffix, by default `application/octet-stream`."""
    name = key.rpartition("/")[2]
    _, dot, suffix = name.rpartition(".")
    return MEDIA_TYPES.get(dot + suffix.lower(), "application/octet-stream")


def check_key(key: str) -> str:
    """Return `key` if it is valid, else raise `StorageError`.

    A key is a relative path of at most 1,024 bytes in UTF-8 (the limit of S3), and cannot lead outside the
    bucket.
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
            f"{key!r} is not a valid key: a key is a relative path with forward slashes, "
            f"without empty, '.' or '..' parts, backslashes or control characters, and not in {PRIVATE}/"
        )
    try:
        size = len(key.encode())
    except UnicodeEncodeError as error:
        raise StorageError(f"{key!r} is not a valid key: it cannot be encoded as UTF-8") from error
    if size > 1024:
        raise StorageError(f"{key[:40]!r}… has {size} bytes, a key has at most 1024")
    return key


REVIEWS = "reviews/"
"""Folder of the work store with the products that wait for a person."""
PAID = "paid/"
"""Folder of the work store with a record of each content that was paid for."""


def paid_key(blob: Blob) -> str:
    """Return the key of the record that a content was paid for."""
    return f"{PAID}{blob.sha256}.json"


def blob_key(blob: Blob) -> str:
    """Return the key of a blob, the same in the work store and in every bucket."""
    """Return the key of a content, named after its hash."""
    return f"blobs/{blob.name}"


def release_key(slug: str, release_id: str) -> str:
    """Return the key of a release's manifest."""
    """Return the key of a product's release manifest."""
    return f"products/{slug}/releases/{release_id}.json"


def pointer_key(slug: str) -> str:
    """Return the key of a product's pointer."""
    """Return the key of the pointer to a product's current release."""
    return f"products/{slug}/current.json"


def page_key(slug: str) -> str:
    """Return the key of a product's page."""
    """Return the key of a product's page."""
    return f"products/{slug}/index.html"


def embed_key(slug: str) -> str:
    """Return the key of the page that other sites show in an iframe."""
    return f"products/{slug}/embed.html"


def oembed_key(slug: str) -> str:
    """Return the key of the oEmbed response about a product."""
    return f"products/{slug}/oembed.json"


def shops_key(slug: str) -> str:
    """Return the key of the list of shops that show a product."""
    return f"products/{slug}/shops.json"


EMBED_SCRIPT = "embed.js"
"""The custom element for other sites; unlike the other scripts it has a lasting key."""
CATALOG_POINTER = "catalog/current.json"
CATALOG_PAGE = "index.html"


def catalog_release_key(release_id: str) -> str:
    """Return the key of a catalogue's manifest."""
    """Return the key of a catalogue's release manifest."""
    return f"catalog/releases/{release_id}.json"
