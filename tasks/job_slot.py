"""At most so many jobs at once at an account, whoever runs them."""

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

_mine: ContextVar[JobSlot | None] = ContextVar("job_slot", default=None)


class JobSlot:
    """The place of one product's job: at one account at a time, so that nobody waits with a place in hand."""

    def __init__(self) -> None:
        self._account: str | None = None
        self._held: asyncio.Task[None] | None = None
        self._leave = asyncio.Event()
        self._flow = contextvars.copy_context()

    async def move(self, account: str) -> None:
        """Give up the place at another account, then wait for one at this; at once where it is held."""
        if account == self._account:
            return
        await self.leave()
        name = limit_name(account)
        if await _exists(name):
            self._leave, there = asyncio.Event(), asyncio.Event()
            self._held = asyncio.create_task(self._hold(name, there, self._leave), context=self._flow.copy())
            arriving = asyncio.ensure_future(there.wait())
            try:
                await asyncio.wait({self._held, arriving}, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                self._held.cancel()
                raise
            finally:
                arriving.cancel()
            if self._held.done():
                self._held.result()  # raises why there is no place
        self._account = account

    async def leave(self) -> None:
        self._account = None
        if self._held is not None:
            self._leave.set()
            await asyncio.wait({self._held})
            self._held = None

    async def _hold(self, name: str, there: asyncio.Event, leave: asyncio.Event) -> None:
        # In an asyncio task and the context of the flow: Prefect ends a lease where it began, with the client
        # that it finds there, and a task run's is closed by then.
        async with concurrency(name, strict=False, raise_on_lease_renewal_failure=False):
            there.set()
            await leave.wait()


@asynccontextmanager
async def job_slot() -> AsyncIterator[None]:
    """Have a place, while jobs of one product are alive, at the account they are really bought from.

    `buy_model` takes the place at the account that gets the order (`acquire_slot`), of several that were named.
    The limits are Prefect's global concurrency limits named `vitrine-jobs-<account>`; `vitrine setup` makes
    them, the UI changes them, and without one there is no bound but the run's own. A worker that dies gives
    its places back after 300 s.
    """
    slot = JobSlot()
    token = _mine.set(slot)
    try:
        yield
    finally:
        _mine.reset(token)
        await slot.leave()


async def acquire_slot(account: str) -> None:
    """Move this product's place to an account, by the name it was given; outside a `job_slot`, do nothing."""
    slot = _mine.get()
    if slot is not None:
        await slot.move(account)


def limit_name(account: str) -> str:
    """The name of an account's limit: `vitrine-jobs-pixazo`, `vitrine-jobs-pixazo-account-default`."""
    return PREFIX + account.removeprefix("block:").replace("/", "-")


async def _exists(name: str) -> bool:
    async with get_client() as client:
        try:
            await client.read_global_concurrency_limit_by_name(name)
        except ObjectNotFound:
            return False
    return True
