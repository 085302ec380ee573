"""The rate limiter of one account: every request, polls included, waits for a slot inside the account's rate.

Workers lease slots in small blocks from one row in the ledger's database, so that together they keep the
rate. The rule is GCRA (the leaky bucket as a meter, ITU-T I.371), which needs one number for each account:
the time at which its bucket will be empty.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.record import Record

BURST = 0.12
"""The share of a minute's requests that may go at once."""
SUSTAINED = 0.8
"""The share of the rate that is used in the long run: with the burst 92 %, as requests arrive with delays."""
FOR_POLLS = 0.85
"""The share of the slots that polls may take; the rest is for orders."""
BLOCK_S = 0.5
"""A lease holds as many slots as fit into this time: few queries to the database, little waste."""


class Rate(Record):
    """A limit in requests a minute, and how it is kept."""

    per_minute: float

    @property
    def interval_s(self) -> float:
        """Seconds between two slots in the long run."""
        return 60 / (self.per_minute * SUSTAINED)

    @property
    def tolerance_s(self) -> float:
        """Seconds that a slot may be ahead of the long-run interval: this lets a burst through."""
        return max(self.per_minute * BURST - 1, 0) * self.interval_s

    @property
    def block(self) -> int:
        """How many slots one lease holds."""
        return max(1, math.floor(BLOCK_S / self.interval_s))


def lease_slots(empty_at_s: float, now_s: float, rate: Rate, count: int) -> tuple[list[float], float]:
    """Take `count` slots from a bucket that is empty at `empty_at_s`.

    Returns the seconds from now at which each of the requests may go, and when the bucket is empty after
    them.
    """
    start = max(empty_at_s, now_s)
    waits = [max(start + n * rate.interval_s - rate.tolerance_s - now_s, 0.0) for n in range(count)]
    return waits, start + count * rate.interval_s


Lease = Callable[[Rate, int], Awaitable[list[float]]]
"""(rate, how many slots) -> seconds from now of each."""


Waiter = tuple[float, int, asyncio.Future[None]]
"""(priority, sequence number, the future that is set when its slot comes)."""


class RateLimiter:
    """Hands out slots by priority. It belongs to one event loop."""

    def __init__(self, rate: Rate, lease: Lease, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self.rate = rate
        self.live_jobs = 0
        """How many jobs this process polls."""
        self._lease = lease
        self._clock = clock
        self._slots: deque[float] = deque()
        self._orders: list[Waiter] = []
        self._polls: list[Waiter] = []
        self._poll_is_next = False
        self._count = itertools.count()
        self._dispatcher: asyncio.Task[None] | None = None
        self._paused_until = -math.inf

    async def acquire(self, priority: float = math.inf) -> None:
        """Wait for a slot.

        The priority of a poll is the time at which its job was submitted: the oldest job goes first. Orders
        have priority infinity. Orders and polls that wait together alternate, so that neither starves.
        """
        slot: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._orders if priority == math.inf else self._polls
        heapq.heappush(queue, (priority, next(self._count), slot))
        if self._dispatcher is None or self._dispatcher.done():
            self._dispatcher = asyncio.create_task(self._dispatch())
        await slot

    def pause(self, seconds: float) -> None:
        """Hand out no slot for `seconds`, as the provider asked (429)."""
        self._paused_until = max(self._paused_until, self._clock.now() + seconds)

    @contextmanager
    def polling_job(self) -> Iterator[None]:
        """Count one more live job while the block runs."""
        self.live_jobs += 1
        try:
            yield
        finally:
            self.live_jobs -= 1

    @property
    def poll_interval_s(self) -> float:
        """How often the rate allows to poll each live job, in seconds."""
        return self.live_jobs * self.rate.interval_s / FOR_POLLS

    async def _dispatch(self) -> None:
        try:
            while self._orders or self._polls:
                stale_at = self._clock.now() - 2 * BLOCK_S
                while self._slots and self._slots[0] < stale_at:
                    self._slots.popleft()  # used late, it would add to a burst that is allowed again by now
                if not self._slots:
                    waits = await self._lease(self.rate, self.rate.block)
                    self._slots.extend(self._clock.now() + wait for wait in waits)
                pause = max(self._slots[0], self._paused_until) - self._clock.now()
                if pause > 0:
                    await self._clock.sleep(pause)
                    continue
                _, _, slot = heapq.heappop(self._next_queue())
                if not slot.done():
                    self._slots.popleft()
                    slot.set_result(None)
        except Exception as error:
            waiting = [*self._orders, *self._polls]
            self._orders, self._polls = [], []
            for _, _, slot in waiting:
                if not slot.done():
                    slot.set_exception(error)

    def _next_queue(self) -> list[Waiter]:
        if self._orders and self._polls:
            self._poll_is_next = not self._poll_is_next
            return self._polls if self._poll_is_next else self._orders
        return self._orders or self._polls
