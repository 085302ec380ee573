"""Waiting until a callback comes, or a time has passed: one look at the ledger a second for all waits."""

from __future__ import annotations

import asyncio
from datetime import datetime
from weakref import WeakKeyDictionary

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import LedgerError
from vitrine.ledger.ledger import Ledger
from vitrine.providers.wait import WaitForCallback

LOOK_EVERY_S = 1.0

_WATCHERS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, CallbackWatcher]] = WeakKeyDictionary()


class CallbackWatcher:
    """Which callbacks came in, for the waits of one event loop."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waiting: dict[str, asyncio.Event] = {}
        self._handled: dict[str, datetime] = {}
        self._reader: asyncio.Task[None] | None = None

    async def wait_for_callback(self, key: str, seconds: float) -> None:
        """Sleep until a callback for this purchase comes that was not heeded yet, at most `seconds`."""
        news = self._waiting[key] = asyncio.Event()
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        sleeping = asyncio.ensure_future(self._clock.sleep(seconds))
        waking = asyncio.ensure_future(news.wait())
        try:
            await asyncio.wait({sleeping, waking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            waking.cancel()
            self._waiting.pop(key, None)

    async def _read(self) -> None:
        while self._waiting:
            try:
                called_back = await asyncio.to_thread(self._ledger.last_callbacks, list(self._waiting))
            except LedgerError:
                called_back = {}  # the safety net still holds
            for key, at in called_back.items():
                if key in self._waiting and at > self._handled.get(
                    key, datetime.min.replace(tzinfo=at.tzinfo)
                ):
                    self._handled[key] = at
                    self._waiting[key].set()
            await asyncio.sleep(LOOK_EVERY_S)


def callback_waiter(key: str, ledger: Ledger, clock: Clock = SYSTEM_CLOCK) -> WaitForCallback:
    """A wait that a callback for the purchase `key` ends."""
    watchers = _WATCHERS.setdefault(asyncio.get_running_loop(), {})
    watcher = watchers.setdefault(ledger.name, CallbackWatcher(ledger, clock))

    async def wait_for_callback(seconds: float) -> None:
        await watcher.wait_for_callback(key, seconds)

    return wait_for_callback
