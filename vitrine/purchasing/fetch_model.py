"""Fetching a paid model: wait, download, store; the ledger says `fetched` only once the store has it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import (
    DownloadFailed,
    JobExpired,
    JobFailed,
    JobNotFound,
    StatusUnavailable,
    StorageError,
)
from vitrine.gltf.texture_size import measure_texture_size
from vitrine.ledger.accounts.fingerprints import account_of, record_account
from vitrine.ledger.accounts.rate_lease import attach_rate_limiter
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import WITH_RECEIPT, Purchase
from vitrine.models import Blob, Delivery, Job
from vitrine.models.job_status import JobStatus, Output
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.wait import MAX_NOT_FOUND, WaitForCallback, wait
from vitrine.purchasing.fetch.callbacks import callback_waiter
from vitrine.purchasing.fetch.delivery import delivery_of
from vitrine.purchasing.fetch.downloads import download_folder
from vitrine.purchasing.fetch.not_found import Sightings
from vitrine.purchasing.own_account import require_own

MAX_DOWNLOADS = 5
"""How often one finished model is downloaded: this is free, and links are good for days."""
FORGOTTEN = "no longer listed"
"""The status of a job that its provider no longer knows, and whose links the ledger has."""
FIRST_PAUSE_S = 1.0


class Store(Protocol):
    """The part of the work store that a download needs."""

    cache: Path
    """A folder on this machine for files in transit."""

    def put_paid(self, data: bytes | Path, media_type: str) -> Blob:
        """Store bytes, or a file, that were paid for."""
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

    Raises `JobFailed`, `JobExpired`, `JobLate`, `StatusUnavailable` (`JobNotFound` is one),
    `DownloadFailed`, `StorageError`. After the last four the purchase stays as it is, and the next call goes
    on from there.
    """
    attach_rate_limiter(provider, ledger)
    purchase = await asyncio.to_thread(ledger.get, job.key)
    raw = purchase.raw if purchase is not None else None
    if raw is None or not await asyncio.to_thread(store.has, raw):
        if purchase is not None and purchase.state in WITH_RECEIPT:
            await require_own(purchase, provider, ledger)
        expects_callback = purchase is not None and purchase.hook_token is not None
        wait_for_callback = callback_waiter(job.key, ledger, clock) if expects_callback else None
        raw = await _fetch(job, purchase, provider, ledger, store, deadline_s, clock, wait_for_callback)
    return await asyncio.to_thread(delivery_of, ledger, job, raw)


async def _fetch(
    job: Job,
    purchase: Purchase | None,
    provider: ImageTo3DProvider,
    ledger: Ledger,
    store: Store,
    deadline_s: float,
    clock: Clock,
    wait_for_callback: WaitForCallback | None,
) -> Blob:
    sightings = Sightings(job, provider, ledger)
    links = (purchase.result_urls if purchase is not None else None) or []
    try:
        try:
            status = await wait(
                provider,
                job,
                deadline_s=deadline_s,
                clock=clock,
                wait_for_callback=wait_for_callback,
                on_answer=sightings.hear,
                max_not_found=1 if links else MAX_NOT_FOUND,
            )
            await asyncio.to_thread(record_account, ledger, job.key, account_of(provider, ledger))
            await asyncio.to_thread(
                ledger.mark_completed,
                job.key,
                effective=status.effective,
                charged_usd=status.charged_usd,
                result_urls=[output.url for output in status.outputs if output.url is not None],
            )
        except (JobNotFound, JobExpired):
            if not links:
                raise
            outputs = tuple(Output(url=url) for url in links)
            status = JobStatus(state="completed", outputs=outputs, raw_status=FORGOTTEN)
        with download_folder(store.cache) as folder:
            path = await _download(job, status, provider, folder / "raw.glb", clock, sightings)
            measured = await asyncio.to_thread(measure_texture_size, path)
            raw = await asyncio.to_thread(store.put_paid, path, "model/gltf-binary")
    except JobFailed as error:
        await asyncio.to_thread(ledger.mark_failed, job.key, error, charged=error.charged)
        raise
    except JobExpired as error:
        await asyncio.to_thread(ledger.mark_expired, job.key, error)
        raise
    except JobNotFound as error:
        raise await sightings.explain(error) from error
    except OSError as error:
        raise StorageError(
            f"cannot keep the model of job {job.request_id}: {error.strerror or error}; "
            "it is paid and stays at the provider: make room and run again soon"
        ) from error
    await asyncio.to_thread(ledger.mark_fetched, job.key, raw, measured=measured)
    return raw


async def _download(
    job: Job, status: JobStatus, provider: ImageTo3DProvider, to: Path, clock: Clock, sightings: Sightings
) -> Path:
    """Download; after a broken download or a link that does not work, ask for a new link and repeat."""
    for attempt in range(1, MAX_DOWNLOADS + 1):
        try:
            return await provider.fetch(job, status, to)
        except (DownloadFailed, JobNotFound) as error:
            if isinstance(error, JobNotFound):
                await sightings.hear(error)
            if attempt == MAX_DOWNLOADS:
                raise
            log_progress(f"fetching again: {error}")
            await clock.sleep(FIRST_PAUSE_S * 2 ** (attempt - 1))
            status = await _ask_again(job, status, provider)
    raise AssertionError("unreachable")


async def _ask_again(job: Job, status: JobStatus, provider: ImageTo3DProvider) -> JobStatus:
    """Return a new status of a completed job, whose links are signed anew; else the one that is known."""
    try:
        fresh = await provider.status(job)
    except StatusUnavailable as error:
        log_progress(f"no new link: {error}")
        return status
    return fresh if fresh.state == "completed" else status
