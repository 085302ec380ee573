"""A folder or S3 behind one protocol, and the work store."""

from vitrine.storage.bucket import IMMUTABLE, SHORT, Bucket, ObjectInfo
from vitrine.storage.local import LocalBucket
from vitrine.storage.open import open_bucket
from vitrine.storage.work_store import WorkStore

__all__ = ["IMMUTABLE", "SHORT", "Bucket", "LocalBucket", "ObjectInfo", "WorkStore", "open_bucket"]
