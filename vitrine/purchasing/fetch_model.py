"""Fetching a paid model: wait, download, store; the ledger says `fetched` only once the store has it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import DownloadFailed, JobExpired, JobFailed, StorageError
from vitrine.gltf.texture_size import measure_texture_size
from vitrine.job_status import JobStatus
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.rate_lease import attach_rate_limiter
from vitrine.models import Blob, Delivery, Job
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.wait import WaitForCallback, wait
from vitrine.purchasing.callbacks import callback_waiter
from vitrine.purchasing.delivery import delivery_of
from vitrine.purchasing.downloads import download_folder

MAX_DOWNLOADS = 5
"""How often one finished model is downloaded: this is free, and links are good for days."""
FIRST_PAUSE_S = 1.0


class Store(Protocol):
    """The part of the work store that a download needs."""

    cache: Path
    """A folder on this machine for files in transit."""

    def put(self, data: bytes | Path, media_type: str) -> Blob:
        """Store bytes, or a file."""
        ...

    def has(self, blob: Blob) -> bool:
        """Whether the store has these bytes."""
        ...


async def fetch_model(
    job: Job,
    provider: ImageTo3DProvider,
    ledger: Ledger,
    store: Store,
    deadline_s: float,
    *,
    clock: Clock = SYSTEM_CLOCK,
) -> Delivery:
    """Return the raw GLB of a paid job, in `store`; at once if it is there already.

    Raises `JobFailed`, `JobExpired`, `JobLate`, `StatusUnavailable`, `DownloadFailed`, `StorageError`. After
    the last four the purchase stays as it is, and the next call goes on from there.
    """
    attach_rate_limiter(provider, ledger)
    purchase = await asyncio.to_thread(ledger.get, job.key)
    raw = purchase.raw if purchase is not None else None
    if raw is None or not await asyncio.to_thread(store.has, raw):
        expects_callback = purchase is not None and purchase.hook_token is not None
        wait_for_callback = callback_waiter(job.key, ledger, clock) if expects_callback else None
        raw = await _fetch(job, provider, ledger, store, deadline_s, clock, wait_for_callback)
    return await asyncio.to_thread(delivery_of, ledger, job, raw)


async def _fetch(
    job: Job,
    provider: ImageTo3DProvider,
    ledger: Ledger,
    store: Store,
    deadline_s: float,
    clock: Clock,
    wait_for_callback: WaitForCallback | None,
) -> Blob:
    try:
        status = await wait(
            provider, job, deadline_s=deadline_s, clock=clock, wait_for_callback=wait_for_callback
        )
        await asyncio.to_thread(
            ledger.mark_completed, job.key, effective=status.effective, charged_usd=status.charged_usd
        )
        with download_folder(store.cache) as folder:
            path = await _download(job, status, provider, folder / "raw.glb", clock)
            measured = await asyncio.to_thread(measure_texture_size, path)
            raw = await asyncio.to_thread(store.put, path, "model/gltf-binary")
    except JobFailed as error:
        await asyncio.to_thread(ledger.mark_failed, job.key, error, charged=error.charged)
        raise
    except JobExpired as error:
        await asyncio.to_thread(ledger.mark_expired, job.key, error)
        raise
    except OSError as error:
        raise StorageError(
            f"cannot keep the model of job {job.request_id}: {error.strerror or error}; "
            "it is paid and stays at the provider: make room and run again soon"
        ) from error
    await asyncio.to_thread(ledger.mark_fetched, job.key, raw, measured=measured)
    return raw


async def _download(job: Job, status: JobStatus, provider: ImageTo3DProvider, to: Path, clock: Clock) -> Path:
    """Download; repeat a broken download, and once ask for a new link if the link has expired."""
    for attempt in range(1, MAX_DOWNLOADS + 1):
        try:
            return await provider.fetch(job, status, to)
        except (DownloadFailed, JobExpired) as error:
            if attempt == MAX_DOWNLOADS or (isinstance(error, JobExpired) and attempt > 1):
                raise
            log_progress(f"fetching again: {error}")
            await clock.sleep(FIRST_PAUSE_S * 2 ** (attempt - 1))
            status = await provider.status(job)
    raise AssertionError("unreachable")
