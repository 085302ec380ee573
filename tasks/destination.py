"""Check once in a while, before anything is bought, that the destination takes what will be published."""

from __future__ import annotations

import asyncio
import threading
import time

from blocks.resolve import load_bucket
from vitrine.settings import Settings
from vitrine.storage.bucket import Bucket
from vitrine.storage.check_bucket import check_bucket

CHECKED_FOR_S = 600.0

_checked: dict[tuple[str, str], float] = {}
"""(destination, its address) -> when it was last found good, by the monotonic clock."""
_checking = threading.Lock()


async def check_destination(to: str) -> None:
    """Raise `ConfigError` or `StorageError` unless the bucket behind `to` can be written and read.

    One check counts for ten minutes in this process.
    """
    bucket = await load_bucket(to)
    await asyncio.to_thread(_check, to, bucket)


def _check(to: str, bucket: Bucket) -> None:
    place = (to, bucket.root)
    with _checking:
        if time.monotonic() - _checked.get(place, float("-inf")) > CHECKED_FOR_S:
            check_bucket(bucket, public=Settings.from_env().check_public_url)
            _checked[place] = time.monotonic()
