"""Pass batches of a catalogue run, and their results, through the work store."""

from __future__ import annotations

import asyncio

from tasks.policy import step
from tasks.resources import work_store
from vitrine.errors import StorageError
from vitrine.planning.batches import Batch, BatchStore
from vitrine.runs import Conversion


@step(retries=3, retry_on=(StorageError,))
async def put_batch(run: str, batch: Batch) -> str:
    """Store a batch of a run, and return its key."""
    return await asyncio.to_thread(_store().put, run, batch)


@step(retries=3, retry_on=(StorageError,))
async def get_batch(key: str) -> Batch:
    """Return a batch. Raises `ConfigError` if the work store has none of this key."""
    return await asyncio.to_thread(_store().get, key)


@step(retries=3, retry_on=(StorageError,))
async def put_results(key: str, results: tuple[Conversion, ...]) -> None:
    """Store the results of a batch."""
    await asyncio.to_thread(_store().put_results, key, results)


@step(retries=3, retry_on=(StorageError,))
async def get_results(key: str) -> tuple[Conversion, ...] | None:
    """Return the results of a batch; `None` while it has none."""
    return await asyncio.to_thread(_store().results, key)


@step(retries=3, retry_on=(StorageError,))
async def clear_batches(run: str) -> None:
    """Delete the batches of a run that is done, and their results."""
    await asyncio.to_thread(_store().clear, run)


def _store() -> BatchStore:
    return BatchStore(work_store().bucket)
