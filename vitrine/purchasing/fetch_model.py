"""Bringing a paid model home: wait, fetch, store; the ledger moves only after the store has it."""

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
from vitrine.models import Blob, Job
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.wait import wait
from vitrine.purchasing.callbacks import callback_waiter
from vitrine.purchasing.downloads import download_folder

DOWNLOADS = 5
"""Tries for one finished model; asking is free, and links are good for days."""
FIRST_PAUSE_S = 1.0


class Store(Protocol):
    """The part of the work store that is needed here."""

    cache: Path
    """A folder of this machine's own, for what is on its way."""

    def put(self, data: bytes | Path, media_type: str) -> Blob: ...

    def has(self, blob: Blob) -> bool: ...


async def fetch_model(
    job: Job,
    provider: ImageTo3DProvider,
    ledger: Ledger,
    store: Store,
    deadline_s: float,
    *,
    clock: Clock = SYSTEM_CLOCK,
) -> Blob:
    """The raw GLB of a paid job, in `store`; at once when it is there already.

    Raises `JobFailed`, `JobExpired`, `JobLate`, `StatusUnavailable`, `DownloadFailed`, `StorageError`. After
    the last four the purchase stays as it is, and the next call goes on from there.
    """
    attach_rate_limiter(provider, ledger)
    known = await asyncio.to_thread(ledger.get, job.key)
    if known is not None and known.raw is not None and await asyncio.to_thread(store.has, known.raw):
        return known.raw
    try:
        hooked = known is not None and known.hook_token is not None
        wait_for_callback = callback_waiter(job.key, ledger, clock) if hooked else None
        status = await wait(
            provider, job, deadline_s=deadline_s, clock=clock, wait_for_callback=wait_for_callback
        )
        await asyncio.to_thread(
            ledger.mark_completed, job.key, effective=status.effective, charged_usd=status.charged_usd
        )
        with download_folder(store.cache) as folder:
            path = await _fetch(job, status, provider, folder / "raw.glb", clock)
            measured = await asyncio.to_thread(measure_texture_size, path)
            blob = await asyncio.to_thread(store.put, path, "model/gltf-binary")
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
    await asyncio.to_thread(ledger.mark_fetched, job.key, blob, measured=measured)
    return blob


async def _fetch(job: Job, status: JobStatus, provider: ImageTo3DProvider, to: Path, clock: Clock) -> Path:
    """Download, again after a broken download; a dead link is asked for anew, as it may be signed again."""
    for again in range(1, DOWNLOADS + 1):
        try:
            return await provider.fetch(job, status, to)
        except (DownloadFailed, JobExpired) as error:
            if again == DOWNLOADS or (isinstance(error, JobExpired) and again > 1):
                raise
            log_progress(f"fetching again: {error}")
            await clock.sleep(FIRST_PAUSE_S * 2 ** (again - 1))
            status = await provider.status(job)
    raise AssertionError("unreachable")
