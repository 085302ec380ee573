"""Ask the providers again for purchases; fetch the models that are there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack

from tasks.resources import ledger, open_accounts, work_store
from vitrine.errors import ConfigError, LedgerError
from vitrine.ledger.accounts.fingerprints import is_own_purchase
from vitrine.ledger.listing import Filter, find_by_prefix, list_purchases
from vitrine.ledger.purchase import RECHECKED, Purchase
from vitrine.providers.base import ImageTo3DProvider
from vitrine.purchasing.collect_models import Collected, collect_model, find_uncollected, is_uncollected

AT_ONCE = 8
UNFINISHED = Filter(states=("submitting", "unknown", "submitted", "completed", *RECHECKED))


async def recheck_purchases(key: str | None, refs: Sequence[str], wait_s: float) -> list[Collected]:
    """Ask for the purchase whose key begins with `key`, or for all; `refs` name the accounts to ask.

    Raises `LedgerError` for a purchase that cannot be asked for, `ConfigError` for an account that is named,
    or needed, and not set up. With `key` `None`, accounts that are not set up are printed and left out.
    """
    wanted = list_purchases(ledger(), UNFINISHED) if key is None else [find_by_prefix(ledger(), key)]
    async with AsyncExitStack() as stack:
        providers: list[ImageTo3DProvider] = []
        for ref in refs or sorted({purchase.provider.partition("@")[0] for purchase in wanted}):
            try:
                opened, _ = await stack.enter_async_context(open_accounts(ref))
                providers.extend(opened)
            except ConfigError as error:
                if refs or key is not None:
                    raise
                print(f"not asked: {error}", file=sys.stderr)
        if key is None:
            purchases = find_uncollected(ledger(), providers, now=ledger().now())
        else:
            purchases = [_one(wanted[0], providers)]
        slots = asyncio.Semaphore(AT_ONCE)

        async def ask(purchase: Purchase) -> Collected:
            async with slots:
                provider = _provider_of(purchase, providers)
                return await collect_model(purchase, provider, ledger(), work_store(), wait_s)

        return list(await asyncio.gather(*(ask(purchase) for purchase in purchases)))


def _one(purchase: Purchase, providers: Sequence[ImageTo3DProvider]) -> Purchase:
    """Return a purchase that may be asked for; a person who names it may ask at any age."""
    named = f"purchase {purchase.key[:12]}"
    if purchase.state in ("claimed", "fetched", "refused", "abandoned"):
        raise LedgerError(f"{named} is {purchase.state}: there is nothing to ask for")
    provider = _provider_of(purchase, providers)
    if purchase.state == "submitting" and not is_uncollected(purchase, provider, ledger(), ledger().now()):
        raise LedgerError(f"{named} is being ordered by {purchase.owner}: ask when that has ended")
    return purchase


def _provider_of(purchase: Purchase, providers: Sequence[ImageTo3DProvider]) -> ImageTo3DProvider:
    """Return the account of a purchase: of several at one provider, the one with its key."""
    candidates = [provider for provider in providers if provider.name == purchase.provider]
    if not candidates:
        named = f"purchase {purchase.key[:12]} is at {purchase.provider}"
        raise ConfigError(f"{named}, which was not opened: name its account with --account")
    own = (provider for provider in candidates if is_own_purchase(ledger(), purchase, provider))
    return next(own, candidates[0])
