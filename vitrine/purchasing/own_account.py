"""Whether an account may speak for a purchase: only with a key of the wallet that paid for it.

Another wallet's list of jobs never has the job, and its key gets 404 for it: taken for evidence, that would
buy the model again. A new key of the same wallet is known by proof: its list or its bill shows a job that the
ledger bought with the old key.
"""

from __future__ import annotations

import asyncio

from vitrine.errors import StatusUnavailable
from vitrine.ledger.accounts.fingerprints import account_of, is_own_purchase, join_accounts, receipts_of
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.purchase import Purchase
from vitrine.progress import log_progress
from vitrine.providers.base import ImageTo3DProvider


async def why_not_own(purchase: Purchase, provider: ImageTo3DProvider, ledger: Ledger) -> str | None:
    """Return `None` if the provider's key is of the purchase's wallet, else why it may not speak for it.

    Looks for proof in the provider's list and bill, and records it.
    """
    if await asyncio.to_thread(is_own_purchase, ledger, purchase, provider):
        return None
    new = account_of(provider, ledger)
    if purchase.provider != provider.name or purchase.account is None:
        return f"only {purchase.provider} can say"
    old = purchase.account
    known = await asyncio.to_thread(receipts_of, ledger, old)
    shown = (await _shown_jobs(provider)) & known
    if shown:
        proof = f"job {min(shown)[:100]} shows with both keys"
        await asyncio.to_thread(join_accounts, ledger, old, new, proof)
        log_progress(f"the key of {provider.name} is new, and of the same wallet: {proof}")
        return None
    return (
        f"it was ordered with another key of {provider.name} (account {old}; this key is account {new}). Run "
        f"with that key; or, if both are of one wallet, `vitrine ledger accounts --same {old} {new}`"
    )


async def require_own(purchase: Purchase, provider: ImageTo3DProvider, ledger: Ledger) -> None:
    """Raise `StatusUnavailable` unless the provider may be asked after a purchase's job.

    It may with a key of another wallet, too, if it answers for the job all the same. If the provider lists
    neither jobs nor charges, that is the proof that both keys are of one wallet.
    """
    why = await why_not_own(purchase, provider, ledger)
    if why is None:
        return
    named = f"purchase {purchase.key[:12]} from {purchase.provider}"
    try:
        await provider.status(purchase.job())
        lists_nothing = await provider.recent_jobs() is None and await provider.recent_charges() is None
    except StatusUnavailable as error:
        raise StatusUnavailable(
            f"{named} is paid and stays in the ledger: {why}. With this key: {error}", permanent=True
        ) from error
    if lists_nothing and purchase.account is not None:
        proof = f"job {purchase.request_id} answers to both keys"
        new = account_of(provider, ledger)
        await asyncio.to_thread(join_accounts, ledger, purchase.account, new, proof)


async def _shown_jobs(provider: ImageTo3DProvider) -> set[str]:
    """Return the ids of the jobs in the provider's list and bill, as far as they can be read."""
    shown: set[str] = set()
    try:
        if (jobs := await provider.recent_jobs()) is not None:
            shown |= {job.request_id for job in jobs.jobs}
        if (charges := await provider.recent_charges()) is not None:
            shown |= {line.request_id for line in charges.lines if line.request_id is not None}
    except StatusUnavailable:
        pass
    return shown
