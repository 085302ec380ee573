"""Step 3: the paid model, brought home. Asking and fetching again cost nothing."""

from __future__ import annotations

import asyncio

from tasks import purchase_events
from tasks.policy import step
from tasks.resources import ledger, open_provider, work_store
from vitrine.errors import DownloadFailed, StorageError
from vitrine.models import Delivery, Job
from vitrine.purchasing.delivery import delivery_of
from vitrine.purchasing.fetch_model import fetch_model as fetch


@step(retries=2, retry_on=(DownloadFailed, StorageError), wait_s=10)
async def fetch_model(job: Job, account: str, deadline_s: float) -> Delivery:
    """The raw GLB of a paid job, in the work store; at once when it is there already.

    With it come the price that was really charged, and findings where it falls short of the order.

    Every wait has an end: after `deadline_s` seconds the job is left to the next run.
    """
    async with open_provider(account, job.provider) as provider:
        raw = await fetch(job, provider, ledger(), work_store(), deadline_s)
    delivery = await asyncio.to_thread(delivery_of, ledger(), job, raw)
    if not job.reused:
        purchase_events.completed(job, delivery)
    return delivery
