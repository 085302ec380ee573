"""Write an immutable object once: the first writer wins."""

from __future__ import annotations

import time
from pathlib import Path

from vitrine.errors import ConditionUnsupported, PreconditionFailed
from vitrine.storage.bucket import IMMUTABLE, Bucket

TRIES = 5
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0


def put_if_absent(bucket: Bucket, key: str, body: bytes | Path, media_type: str) -> bool:
    """Store an immutable object unless its key is taken; return whether this call has written it.

    S3 answers 409 while another writer is busy with the key, before the object exists; so a refused write is
    tried again, later and later, when there is still no object. On a server without the condition the key is
    looked up first: as the key names the content, a second writer writes the same. Raises
    `PreconditionFailed` after `TRIES` conflicts.
    """
    for attempt in range(TRIES):
        if attempt:
            time.sleep(min(FIRST_PAUSE_S * 4 ** (attempt - 1), LONGEST_PAUSE_S))
        try:
            bucket.put(key, body, media_type=media_type, cache_control=IMMUTABLE, if_absent=True)
        except ConditionUnsupported:
            if bucket.head(key) is not None:
                return False
            bucket.put(key, body, media_type=media_type, cache_control=IMMUTABLE)
            return True
        except PreconditionFailed:
            if bucket.head(key) is not None:
                return False
        else:
            return True
    raise PreconditionFailed(
        f"{key} in {bucket.root}: {TRIES} writes were refused as conflicts, yet there is no object; try again"
    )
