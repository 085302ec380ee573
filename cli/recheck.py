"""Ask the providers again for purchases; fetch the models that are there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack

from tasks.resources import ledger, open_accounts, work_store
from vitrine.errors import ConfigError, LedgerError
from vitrine.ledger.listing import Filter, find_by_prefix, list_purchases
from vitrine.ledger.purchase import Purchase
from vitrine.providers.base import ImageTo3DProvider
from vitrine.purchasing.collect_models import Collected, collect_model, find_uncollected, is_uncollected

AT_ONCE = 8


async def recheck_purchases(key: str | None, refs: Sequence[str], wait_s: float) -> list[Collected]:
    """Ask for the purchase whose key begins with `key`, or for all; `refs` name the accounts to ask.

    Raises `LedgerError` for a purchase that cannot be asked for, `ConfigError` for a named account that is
    not set up. With `key` `None`, purchases at accounts that cannot be opened are left out.
    """
    wanted = list_purchases(ledger(), Filter()) if key is None else [find_by_prefix(ledger(), key)]
    async with AsyncExitStack() as stack:
        providers: dict[str, ImageTo3DProvider] = {}
        missing: dict[str, str] = {}
        for ref in refs or sorted({purchase.provider.partition("@")[0] for purchase in wanted}):
            try:
                opened, _ = await stack.enter_async_context(open_accounts(ref))
                providers |= {provider.name: provider for provider in opened}
            except ConfigError as error:
                if refs:
                    raise
                missing[ref] = str(error)
        if key is None:
            purchases = find_uncollected(ledger(), list(providers.values()), now=ledger().now())
        else:
            purchases = [_one(wanted[0], providers, missing)]
        slots = asyncio.Semaphore(AT_ONCE)

        async def ask(purchase: Purchase) -> Collected:
            async with slots:
                provider = providers[purchase.provider]
                return await collect_model(purchase, provider, ledger(), work_store(), wait_s)

        return list(await asyncio.gather(*(ask(purchase) for purchase in purchases)))


def _one(purchase: Purchase, providers: dict[str, ImageTo3DProvider], missing: dict[str, str]) -> Purchase:
    """Return a purchase that may be asked for; a person who names it may ask at any age."""
    named = f"purchase {purchase.key[:12]}"
    if purchase.state in ("claimed", "fetched", "refused", "abandoned"):
        raise LedgerError(f"{named} is {purchase.state}: there is nothing to ask for")
    if purchase.provider not in providers:
        why = missing.get(purchase.provider.partition("@")[0], "name its account with --account")
        raise ConfigError(f"{named} is at {purchase.provider}, which cannot be asked: {why}")
    provider = providers[purchase.provider]
    if purchase.state == "submitting" and not is_uncollected(purchase, provider, ledger(), ledger().now()):
        raise LedgerError(f"{named} is being ordered by {purchase.owner}: ask when that has ended")
    return purchase
