"""Wait for a bought model and download it."""

from __future__ import annotations

from tasks import purchase_events
from tasks.policy import step
from tasks.resources import ledger, open_provider, work_store
from vitrine.errors import DownloadFailed, StorageError
from vitrine.models import Delivery, Job
from vitrine.purchasing.fetch_model import fetch_model as fetch


@step(retries=2, retry_on=(DownloadFailed, StorageError), wait_s=10)
async def fetch_model(job: Job, account: str, deadline_s: float) -> Delivery:
    """Put the raw GLB of a paid job into the work store, unless it is there; this may be repeated for free.

    Returns it with the price that was charged, and with findings where the model is less than was ordered.
    After `deadline_s` seconds the step fails, and the next run fetches the model.
    """
    async with open_provider(account, job) as provider:
        delivery = await fetch(job, provider, ledger(), work_store(), deadline_s)
    if not job.reused:
        purchase_events.completed(job, delivery)
    return delivery
