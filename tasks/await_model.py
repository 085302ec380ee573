"""Step 3: the paid model, brought home. Asking and fetching again cost nothing."""

from __future__ import annotations

from tasks import purchase_events
from tasks.policy import step
from tasks.workshop import generator_of, ledger, work_store
from vitrine.errors import DownloadFailed, StorageError
from vitrine.ledger.bring_home import bring_home
from vitrine.models import Blob, Job


@step(retries=2, retry_on=(DownloadFailed, StorageError), wait_s=10)
async def await_model(job: Job, account: str, deadline_s: float) -> Blob:
    """The raw GLB of a paid job, in the work store; at once when it is there already.

    Every wait has an end: after `deadline_s` seconds the job is left to the next run.
    """
    async with generator_of(account, job.provider) as generator:
        raw = await bring_home(job, generator, ledger(), work_store(), deadline_s)
    if not job.reused:
        purchase_events.completed(job, raw.size_bytes)
    return raw
