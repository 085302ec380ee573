"""Delete what nothing needs any more from the work store."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tasks.policy import step
from tasks.resources import ledger, work_store
from vitrine.errors import StorageError
from vitrine.storage import collect_garbage as storage
from vitrine.storage.collect_garbage import Garbage


@step(retries=3, retry_on=(StorageError,))
async def collect_garbage(older_than: timedelta, grace: timedelta, dry_run: bool) -> Garbage:
    """Delete old results of steps, and files that only they have named; see `vitrine.storage`."""
    needed = await asyncio.to_thread(ledger().contents)
    return await asyncio.to_thread(
        storage.collect_garbage,
        work_store().bucket,
        needed,
        datetime.now(UTC),
        older_than=older_than,
        grace=grace,
        dry_run=dry_run,
    )
