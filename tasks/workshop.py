"""What a task opens before it works, and closes after."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from blocks.resolve import load_account
from vitrine.ledger import Ledger
from vitrine.providers.base import Generator
from vitrine.storage.work_store import WorkStore
from vitrine.workplace import Workplace


def work_store() -> WorkStore:
    """The work store of this process; opened once, as an S3 client takes a while to make."""
    return _store(Workplace.from_env())


@functools.lru_cache(maxsize=4)
def _store(workplace: Workplace) -> WorkStore:
    return workplace.store()


def ledger() -> Ledger:
    """The book of purchases; opened once a process."""
    return _ledger(Workplace.from_env())


@functools.lru_cache(maxsize=4)
def _ledger(workplace: Workplace) -> Ledger:
    return workplace.ledger()


@asynccontextmanager
async def generator_of(account: str) -> AsyncIterator[Generator]:
    """The service behind an account, its connections closed at the end."""
    generator = await load_account(account)
    try:
        yield generator
    finally:
        await generator.aclose()
