"""What a bucket is: keys to contents, with the conditions that make a release safe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from vitrine.record import Record

IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=60"


class ObjectInfo(Record):
    """What a bucket knows of an object without reading it."""

    key: str
    size_bytes: int
    etag: str
    media_type: str = "application/octet-stream"
    sha256: str | None = None


class Bucket(Protocol):
    """A local folder or an S3 bucket with a prefix; keys are relative, with forward slashes."""

    root: str
    """How a person names it: a path, or `s3://bucket/prefix`."""

    def head(self, key: str) -> ObjectInfo | None: ...

    def get(self, key: str) -> bytes:
        """The object's contents. Raises `NotFound`."""
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
        """Write an object whole. Raises `PreconditionFailed` when `if_absent` or `if_match` does not hold."""
        ...

    def list(self, prefix: str = "") -> Iterator[ObjectInfo]: ...

    def delete(self, key: str) -> None: ...

    def url(self, key: str, *, expires_s: int | None = None) -> str:
        """Where a reader finds it; with `expires_s`, a presigned URL that works without public access.

        Raises `ConfigError` for a local folder asked for an http URL it does not have.
        """
        ...
