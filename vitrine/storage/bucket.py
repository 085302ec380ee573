"""The protocol of a bucket: objects under keys, with conditional writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vitrine.record import Record

IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=60"


class ObjectInfo(Record):
    """The metadata of an object."""

    key: str
    size_bytes: int
    etag: str
    media_type: str = "application/octet-stream"
    sha256: str | None = None
    modified_at: datetime | None = None
    """When it was last written, by the clock of the storage; only `list` gives it."""


class Bucket(Protocol):
    """A local folder or an S3 bucket with a prefix; keys are relative, with forward slashes."""

    root: str
    """Its address: a path, or `s3://bucket/prefix`."""

    def head(self, key: str) -> ObjectInfo | None:
        """Return an object's metadata, or `None` when the key is free."""
        ...

    def get(self, key: str) -> bytes:
        """Return an object's content. Raises `NotFound`."""
        ...

    def put(
        self,
        key: str,
        body: bytes | Path,
        *,
        media_type: str,
        cache_control: str = SHORT,
        if_absent: bool = False,
        if_match: str | None = None,
    ) -> ObjectInfo:
        """Write an object atomically, if its conditions hold.

        `if_absent` asks that the key is free (If-None-Match: *), `if_match` that the object has this ETag.
        Raises `PreconditionFailed` otherwise, and `ConditionUnsupported` when the server has no such
        condition.
        """
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]:
        """Yield the metadata of every object whose key starts with `prefix`, in the order of the keys."""
        ...

    def delete(self, key: str) -> None:
        """Delete an object; a key without one is no error."""
        ...

    def url(self, key: str, *, expires_s: int | None = None) -> str:
        """Return an object's URL; with `expires_s`, a presigned one that works without public access.

        Raises `ConfigError` for a presigned URL of a local folder that is not served over http.
        """
        ...
