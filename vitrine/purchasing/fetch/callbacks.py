"""Waiting for a provider's callback: one query of the ledger a second for all jobs that wait."""

from __future__ import annotations

import asyncio
from datetime import datetime
from weakref import WeakKeyDictionary

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import LedgerError
from vitrine.ledger.ledger import Ledger
from vitrine.providers.wait import WaitForCallback

QUERY_INTERVAL_S = 1.0

_WATCHERS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, CallbackWatcher]] = WeakKeyDictionary()


class CallbackWatcher:
    """Tells the jobs of one event loop when a callback has come for them."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waiting: dict[str, asyncio.Event] = {}
        self._handled: dict[str, datetime] = {}
        self._query: asyncio.Task[None] | None = None

    async def wait_for_callback(self, key: str, seconds: float) -> None:
        """Sleep for `seconds`, or until a callback comes for the purchase `key` that was not handled yet."""
        called_back = self._waiting[key] = asyncio.Event()
        if self._query is None or self._query.done():
            self._query = asyncio.create_task(self._query_ledger())
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        waiting = asyncio.ensure_future(called_back.wait())
        try:
            await asyncio.wait({sleeping, waiting}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waiting.cancel()
            self._waiting.pop(key, None)

    async def _query_ledger(self) -> None:
        while self._waiting:
            try:
                callbacks = await asyncio.to_thread(self._ledger.last_callbacks, list(self._waiting))
            except LedgerError:
                callbacks = {}  # the jobs are polled now and then all the same
            for key, called_back_at in callbacks.items():
                if key in self._waiting and called_back_at != self._handled.get(key):
                    self._handled[key] = called_back_at
                    self._waiting[key].set()
            await asyncio.sleep(QUERY_INTERVAL_S)


def callback_waiter(key: str, ledger: Ledger, clock: Clock = SYSTEM_CLOCK) -> WaitForCallback:
    """Return a sleep that a callback for the purchase `key` ends."""
    watchers = _WATCHERS.setdefault(asyncio.get_running_loop(), {})
    watcher = watchers.setdefault(ledger.name, CallbackWatcher(ledger, clock))

    async def wait_for_callback(seconds: float) -> None:
        await watcher.wait_for_callback(key, seconds)

    return wait_for_callback
