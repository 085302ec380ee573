"""Write what never changes: the first one wins, and everyone else finds it there."""

from __future__ import annotations

from pathlib import Path

from vitrine.errors import PreconditionFailed
from vitrine.storage.bucket import IMMUTABLE, Bucket

TRIES = 5


def put_if_absent(bucket: Bucket, key: str, body: bytes | Path, media_type: str) -> bool:
    """Store an immutable object unless its key is taken; whether we were the one to write it.

    A server busy with the same key says 409 without holding it yet: look, then try again.
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
        f"{key} in {bucket.root}: {TRIES} writes were refused as conflicts, yet nobody wrote it; try again"
    )
