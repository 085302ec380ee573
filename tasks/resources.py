"""Open what a task works with, and close it afterwards."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from blocks.resolve import load_account
from vitrine.errors import ConfigError
from vitrine.ledger import Ledger, Purchase
from vitrine.ledger.accounts.fingerprints import is_own_purchase
from vitrine.ledger.identity.photos import is_photo_bought
from vitrine.models import Job
from vitrine.providers.base import ImageTo3DProvider
from vitrine.providers.routing import Policy, parse_accounts
from vitrine.purchasing.earlier_photos import EarlierPhotos
from vitrine.purchasing.shared_photos import SharedPhotos
from vitrine.recipe import FeedOptions, PhotoOptions
from vitrine.settings import Settings
from vitrine.storage.work_store import WorkStore


def work_store() -> WorkStore:
    """The work store of this process; opened once, as an S3 client takes a while to make."""
    return _store(Settings.from_env())


@functools.lru_cache(maxsize=4)
def _store(settings: Settings) -> WorkStore:
    return settings.open_work_store()


def ledger() -> Ledger:
    """The ledger of purchases; opened once a process."""
    return _ledger(Settings.from_env())


@functools.lru_cache(maxsize=4)
def _ledger(settings: Settings) -> Ledger:
    return settings.open_ledger()


def earlier_photos() -> EarlierPhotos:
    """The PNGs of earlier releases in the work store; read at most once a process."""
    return _earlier_photos(Settings.from_env())


@functools.lru_cache(maxsize=4)
def _earlier_photos(settings: Settings) -> EarlierPhotos:
    return EarlierPhotos(_ledger(settings), _store(settings))


def shared_photos(options: PhotoOptions, feed: FeedOptions) -> SharedPhotos:
    """The photos of a run, none so far; products that look alike share a model, if the recipe has it."""
    bought = functools.partial(is_photo_bought, ledger())
    return SharedPhotos(work_store(), bought, options, similar=feed.share_similar)


@asynccontextmanager
async def open_accounts(account: str) -> AsyncIterator[tuple[list[ImageTo3DProvider], Policy]]:
    """The services behind `account`, and in which order to ask them; connections are closed at the end.

    One name, or several: `empiriolabs,pixazo` in this order, `cheapest:empiriolabs,pixazo` by price.
    """
    policy, names = parse_accounts(account)
    accounts: list[ImageTo3DProvider] = []
    try:
        accounts.extend([await load_account(name) for name in names])
        yield accounts, policy
    finally:
        for provider in accounts:
            await provider.aclose()


@asynccontextmanager
async def open_provider(account: str, bought: Job | Purchase) -> AsyncIterator[ImageTo3DProvider]:
    """Of the services behind `account`, the one that a purchase was made at. Raises `ConfigError`.

    Of several accounts of one provider, the one with the purchase's key is taken, else the first.
    """
    async with open_accounts(account) as (accounts, _):
        candidates = [provider for provider in accounts if provider.name == bought.provider]
        if not candidates:
            names = ", ".join(provider.name for provider in accounts)
            raise ConfigError(
                f"the job is at {bought.provider}, and {account!r} stands for {names}: add that account"
            )
        purchase = await asyncio.to_thread(ledger().get, bought.key) if len(candidates) > 1 else None
        own = (one for one in candidates if purchase is not None and is_own_purchase(ledger(), purchase, one))
        yield next(own, candidates[0])
