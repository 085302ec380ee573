"""Write an immutable object once: the first writer wins."""

from __future__ import annotations

from pathlib import Path

from vitrine.errors import PreconditionFailed
from vitrine.storage.bucket import IMMUTABLE, Bucket

TRIES = 5


def put_if_absent(bucket: Bucket, key: str, body: bytes | Path, media_type: str) -> bool:
    """Store an immutable object unless its key is taken; return whether this call has written it.

    S3 answers 409 while another writer is busy with the key, before the object exists; so a refused write is
    tried again when there is still no object. Raises `PreconditionFailed` after `TRIES` such conflicts.
    """
    for _ in range(TRIES):
        try:
            bucket.put(key, body, media_type=media_type, cache_control=IMMUTABLE, if_absent=True)
        except PreconditionFailed:
            if bucket.head(key) is not None:
                return False
        else:
            return True
    raise PreconditionFailed(
        f"{key} in {bucket.root}: {TRIES} writes were refused as conflicts, yet there is no object; try again"
    )
