"""A folder or S3 behind one protocol, the work store, and releases that never break a reader."""

from vitrine.storage.bucket import IMMUTABLE, SHORT, Bucket, ObjectInfo
from vitrine.storage.local import LocalBucket
from vitrine.storage.open import open_bucket
from vitrine.storage.work_store import WorkStore

__all__ = ["IMMUTABLE", "SHORT", "Bucket", "LocalBucket", "ObjectInfo", "WorkStore", "open_bucket"]
