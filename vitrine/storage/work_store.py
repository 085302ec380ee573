"""The work store: content-addressed blobs, so that steps pass each other names instead of bytes."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path

from vitrine.errors import NotFound, StorageError
from vitrine.models import Blob
from vitrine.private_files import private_opener
from vitrine.storage.bucket import IMMUTABLE, Bucket
from vitrine.storage.keys import blob_key, paid_key
from vitrine.storage.local import LocalBucket
from vitrine.storage.put_if_absent import put_if_absent


class WorkStore:
    """Blobs in a bucket: a local folder, or S3 where several machines share the work.

    Equal contents are stored once, with any number of concurrent writers. Reads are checked against the
    blob's hash. Blobs of a remote bucket are cached in the folder `cache`.
    """

    def __init__(self, bucket: Bucket, cache: Path) -> None:
        self.bucket = bucket
        self.cache = Path(cache)

    def put(self, data: bytes | Path, media_type: str) -> Blob:
        """Store content, given as bytes or as a file to copy, and return its blob."""
        blob = Blob.of(data, media_type)
        existing = self.bucket.head(blob_key(blob))
        if existing is None:
            put_if_absent(self.bucket, blob_key(blob), data, media_type)
        elif existing.size_bytes != blob.size_bytes:  # damaged: replace it
            self.bucket.put(blob_key(blob), data, media_type=media_type, cache_control=IMMUTABLE)
        return blob

    def put_paid(self, data: bytes | Path, media_type: str) -> Blob:
        """Store content that was paid for, with a record that keeps it from `collect_garbage`."""
        blob = self.put(data, media_type)
        put_if_absent(self.bucket, paid_key(blob), blob.model_dump_json().encode(), "application/json")
        return blob

    def has(self, blob: Blob) -> bool:
        """Tell whether the bucket has the blob, in its full size."""
        existing = self.bucket.head(blob_key(blob))
        return existing is not None and existing.size_bytes == blob.size_bytes

    def read(self, blob: Blob) -> bytes:
        """Return the content. Raises `NotFound`, or `StorageError` when it does not match the hash."""
        if not isinstance(self.bucket, LocalBucket):
            return self.path(blob).read_bytes()
        return self._checked(blob, self.bucket.get(blob_key(blob)))

    def path(self, blob: Blob) -> Path:
        """Return a local file with the content, for reading only: the bucket's own, or the cached copy."""
        if isinstance(self.bucket, LocalBucket):
            path = self.bucket.path(blob_key(blob))
            if not path.is_file():
                raise NotFound(f"no {blob_key(blob)} in {self.bucket.root}")
            return path
        cached = self.cache / blob.sha256[:2] / blob.name
        if cached.is_file() and Blob.of(cached, blob.media_type) == blob:
            return cached
        data = self._checked(blob, self.bucket.get(blob_key(blob)))
        temporary = cached.with_name(f".{uuid.uuid4().hex}")
        try:
            cached.parent.mkdir(parents=True, exist_ok=True)
            with open(temporary, "wb", opener=private_opener) as file:
                file.write(data)
            temporary.replace(cached)
        except OSError as error:
            raise StorageError(
                f"cannot write a copy to {cached.parent}: {error.strerror or error}"
            ) from error
        finally:
            temporary.unlink(missing_ok=True)
        return cached

    def _checked(self, blob: Blob, data: bytes) -> bytes:
        found = hashlib.sha256(data).hexdigest()
        if found != blob.sha256:
            raise StorageError(
                f"{blob_key(blob)} in {self.bucket.root} is damaged: {len(data)} bytes with sha256 "
                f"{found[:12]}…, expected {blob.size_bytes}. Delete it and run again"
            )
        return data
