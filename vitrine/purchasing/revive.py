"""Taking back that a purchase failed or expired, when its provider has it after all."""

from __future__ import annotations

import asyncio

from vitrine.errors import JobExpired, JobFailed, JobNotFound
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider
from vitrine.purchasing.own_account import require_own


async def revive(purchase: Purchase, provider: ImageTo3DProvider, ledger: Ledger) -> Purchase:
    """Ask once after a failed or expired purchase; return it as `submitted` if the job is alive or done.

    Raises `JobFailed` and `JobExpired` if nothing has changed, `StatusUnavailable` if nobody can say.
    """
    await require_own(purchase, provider, ledger)
    named = f"purchase {purchase.key[:12]} from {purchase.provider}"
    try:
        status = await provider.status(purchase.job())
    except JobNotFound as error:
        raise JobExpired(f"{named} is {purchase.state}, and was not found again: {error}") from error
    if status.state == "failed":
        raise JobFailed(f"{named} failed at the provider: {status.error or purchase.error}")
    log_progress(f"{named} was {purchase.state}, and is {status.raw_status or status.state} after all")
    await asyncio.to_thread(ledger.revive, purchase)
    return await asyncio.to_thread(ledger.get, purchase.key) or purchase
