"""The clock as an argument, so that tests of waits take no time."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """A monotonic clock in seconds, and a sleep by it."""

    def now(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class SystemClock:
    """The system's monotonic clock and the running event loop's sleep."""

    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


SYSTEM_CLOCK = SystemClock()


class BlockingClock(Protocol):
    """A monotonic clock in seconds, and a sleep that blocks its thread."""

    def now(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class SystemBlockingClock:
    """The system's monotonic clock and the thread's sleep."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


SYSTEM_BLOCKING_CLOCK = SystemBlockingClock()
