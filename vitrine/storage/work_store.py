"""The work store: contents by their hash, so that steps hand each other names instead of bytes."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from vitrine.errors import NotFound, StorageError
from vitrine.models import Blob
from vitrine.storage.bucket import IMMUTABLE, Bucket
from vitrine.storage.keys import blob_key
from vitrine.storage.local import LocalBucket
from vitrine.storage.put_if_absent import put_if_absent


class WorkStore:
    """Blobs in a bucket: a local folder, or S3 where several machines share the work.

    Equal contents are stored once, whoever puts them and however many at a time. What is read is checked
    against its name. Contents of a remote bucket are kept in the folder `cache`.
    """

    def __init__(self, bucket: Bucket, cache: Path) -> None:
        self.bucket = bucket
        self.cache = Path(cache)

    def put(self, data: bytes | Path, media_type: str) -> Blob:
        """Store contents, given as bytes or as a file to copy, and return their name."""
        blob = Blob.of(data, media_type)
        there = self.bucket.head(blob_key(blob))
        if there is None:
            put_if_absent(self.bucket, blob_key(blob), data, media_type)
        elif there.size_bytes != blob.size_bytes:  # damaged by someone: replace it
            self.bucket.put(blob_key(blob), data, media_type=media_type, cache_control=IMMUTABLE)
        return blob

    def has(self, blob: Blob) -> bool:
        """Whether the bucket holds the blob, whole."""
        there = self.bucket.head(blob_key(blob))
        return there is not None and there.size_bytes == blob.size_bytes

    def read(self, blob: Blob) -> bytes:
        """The contents. Raises `NotFound`, or `StorageError` when they are not what their name says."""
        if not isinstance(self.bucket, LocalBucket):
            return self.path(blob).read_bytes()
        return self._checked(blob, self.bucket.get(blob_key(blob)))

    def path(self, blob: Blob) -> Path:
        """A local file with the contents, for reading only: the bucket's own, or the cache's copy."""
        if isinstance(self.bucket, LocalBucket):
            path = self.bucket.path(blob_key(blob))
            if not path.is_file():
                raise NotFound(f"no {blob_key(blob)} in {self.bucket.root}")
            return path
        kept = self.cache / blob.sha256[:2] / blob.name
        if kept.is_file() and Blob.of(kept, blob.media_type) == blob:
            return kept
        data = self._checked(blob, self.bucket.get(blob_key(blob)))
        aside = kept.with_name(f".{uuid.uuid4().hex}")
        try:
            kept.parent.mkdir(parents=True, exist_ok=True)
            aside.write_bytes(data)
            aside.replace(kept)
        except OSError as error:
            raise StorageError(f"cannot keep a copy in {kept.parent}: {error.strerror or error}") from error
        finally:
            aside.unlink(missing_ok=True)
        return kept

    def _checked(self, blob: Blob, data: bytes) -> bytes:
        found = hashlib.sha256(data).hexdigest()
        if found != blob.sha256:
            raise StorageError(
                f"{blob_key(blob)} in {self.bucket.root} is damaged: {len(data)} bytes with sha256 "
                f"{found[:12]}…, expected {blob.size_bytes}. Delete it and run again"
            )
        return data
