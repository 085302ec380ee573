"""Waiting until a callback comes, or a time has passed: one look at the ledger a second for all waits."""

from __future__ import annotations

import asyncio
from datetime import datetime
from weakref import WeakKeyDictionary

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import LedgerError
from vitrine.ledger.ledger import Ledger
from vitrine.providers.wait import Nap

LOOK_EVERY_S = 1.0

_BOARDS: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Board]] = WeakKeyDictionary()


class Board:
    """Which callbacks came in, for the waits of one event loop."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock
        self._waiting: dict[str, asyncio.Event] = {}
        self._heeded: dict[str, datetime] = {}
        self._reader: asyncio.Task[None] | None = None

    async def nap(self, key: str, seconds: float) -> None:
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
                nudged = await asyncio.to_thread(self._ledger.nudged, list(self._waiting))
            except LedgerError:
                nudged = {}  # the safety net still holds
            for key, at in nudged.items():
                if key in self._waiting and at > self._heeded.get(
                    key, datetime.min.replace(tzinfo=at.tzinfo)
                ):
                    self._heeded[key] = at
                    self._waiting[key].set()
            await asyncio.sleep(LOOK_EVERY_S)


def nap_for(key: str, ledger: Ledger, clock: Clock = SYSTEM_CLOCK) -> Nap:
    """A nap that a callback for the purchase `key` ends."""
    boards = _BOARDS.setdefault(asyncio.get_running_loop(), {})
    board = boards.setdefault(ledger.name, Board(ledger, clock))

    async def nap(seconds: float) -> None:
        await board.nap(key, seconds)

    return nap
