"""Limit the jobs that run at an account at once, over all workers."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from prefect import get_client
from prefect.concurrency.asyncio import concurrency
from prefect.exceptions import ObjectNotFound

PREFIX = "vitrine-jobs-"

_slot: ContextVar[JobSlot | None] = ContextVar("job_slot", default=None)


class JobSlot:
    """One product's slot, held at one account at a time: a product that waits for a slot holds none."""

    def __init__(self) -> None:
        self._account: str | None = None
        self._holder: asyncio.Task[None] | None = None
        self._release = asyncio.Event()
        self._flow = contextvars.copy_context()

    async def acquire(self, account: str) -> None:
        """Release the slot at another account, then wait for one at this; return at once if it is held."""
        if account == self._account:
            return
        await self.release()
        name = limit_name(account)
        if await _exists(name):
            self._release, acquired = asyncio.Event(), asyncio.Event()
            self._holder = asyncio.create_task(
                self._hold(name, acquired, self._release), context=self._flow.copy()
            )
            waiting = asyncio.ensure_future(acquired.wait())
            try:
                await asyncio.wait({self._holder, waiting}, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                self._holder.cancel()
                raise
            finally:
                waiting.cancel()
            if self._holder.done():
                self._holder.result()  # raises why no slot was acquired
        self._account = account

    async def release(self) -> None:
        """Give the slot back, if one is held."""
        self._account = None
        if self._holder is not None:
            self._release.set()
            await asyncio.wait({self._holder})
            self._holder = None

    async def _hold(self, name: str, acquired: asyncio.Event, release: asyncio.Event) -> None:
        # Prefect renews and ends a lease with the client of the context that acquired it. A task run closes
        # its client when it ends, so the slot is held by an asyncio task in the flow's context.
        async with concurrency(name, strict=False, raise_on_lease_renewal_failure=False):
            acquired.set()
            await release.wait()


@asynccontextmanager
async def job_slot() -> AsyncIterator[None]:
    """Hold one slot of an account's concurrency limit while jobs of one product run there.

    `buy_model` acquires the slot (`acquire_slot`) at the account that takes the order. The limits are
    Prefect's global concurrency limits named `vitrine-jobs-<account>`. `vitrine setup` creates them and the
    UI changes them. An account without a limit is bounded by the run's own concurrency alone. Prefect frees
    the slots of a dead worker after 300 s.
    """
    slot = JobSlot()
    token = _slot.set(slot)
    try:
        yield
    finally:
        _slot.reset(token)
        await slot.release()


async def acquire_slot(account: str) -> None:
    """Wait for this product's slot at an account, by the name of its block; do nothing outside `job_slot`."""
    slot = _slot.get()
    if slot is not None:
        await slot.acquire(account)


def limit_name(account: str) -> str:
    """The name of an account's limit: `vitrine-jobs-pixazo`, `vitrine-jobs-pixazo-account-main`."""
    return PREFIX + account.removeprefix("block:").replace("/", "-")


async def _exists(name: str) -> bool:
    async with get_client() as client:
        try:
            await client.read_global_concurrency_limit_by_name(name)
        except ObjectNotFound:
            return False
    return True
