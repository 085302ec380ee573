"""One rate limiter an account: every request, polls included, waits for its turn inside the account's rate.

The turns of all workers come from one place, the ledger's database, leased in small blocks, so that they stay
inside the rate together. The rule is GCRA (the leaky bucket as a meter, ITU-T I.371): one number an account,
the time at which the bucket will be empty again.
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
"""Share of a minute's requests that may go at once."""
SUSTAINED = 0.8
"""Share of the rate that is used in the long run: with the burst 92 %, as requests arrive with delays."""
FOR_POLLS = 0.85
"""Share of the turns that questions after live jobs may take; the rest is for orders."""
BLOCK_S = 0.5
"""A lease holds as many turns as fit into this time: few questions to the database, little waste."""


class Rate(Record):
    """A limit of so many requests a minute, and how it is kept."""

    per_minute: float

    @property
    def interval_s(self) -> float:
        return 60 / (self.per_minute * SUSTAINED)

    @property
    def tolerance_s(self) -> float:
        return max(self.per_minute * BURST - 1, 0) * self.interval_s

    @property
    def block(self) -> int:
        return max(1, math.floor(BLOCK_S / self.interval_s))


def lease_slots(empty_at_s: float, now_s: float, rate: Rate, turns: int) -> tuple[list[float], float]:
    """Seconds from now at which each of `turns` requests may go, and when the bucket is empty after them."""
    start = max(empty_at_s, now_s)
    waits = [max(start + n * rate.interval_s - rate.tolerance_s - now_s, 0.0) for n in range(turns)]
    return waits, start + turns * rate.interval_s


Lease = Callable[[Rate, int], Awaitable[list[float]]]
"""(rate, how many turns) -> seconds from now of each."""


Waiter = tuple[float, int, asyncio.Future[None]]
"""(priority, number, who is told)."""


class RateLimiter:
    """Hands out turns in the order of priority; belongs to one event loop."""

    def __init__(self, rate: Rate, lease: Lease, *, clock: Clock = SYSTEM_CLOCK) -> None:
        self.rate = rate
        self.live = 0
        """Jobs that this process waits for."""
        self._lease = lease
        self._clock = clock
        self._turns: deque[float] = deque()
        self._orders: list[Waiter] = []
        self._polls: list[Waiter] = []
        self._poll_is_next = False
        self._count = itertools.count()
        self._dispatcher: asyncio.Task[None] | None = None
        self._paused_until = -math.inf

    async def acquire(self, priority: float = math.inf) -> None:
        """Wait for a turn. A poll's priority is when its job was submitted: the oldest goes first.

        Where orders (priority infinity) and polls both wait, they go by turns, so that neither starves.
        """
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        queue = self._orders if priority == math.inf else self._polls
        heapq.heappush(queue, (priority, next(self._count), mine))
        if self._dispatcher is None or self._dispatcher.done():
            self._dispatcher = asyncio.create_task(self._serve())
        await mine

    def pause(self, seconds: float) -> None:
        """The provider asked for silence (429): nobody's turn comes before it is over."""
        self._paused_until = max(self._paused_until, self._clock.now() + seconds)

    @contextmanager
    def polling_job(self) -> Iterator[None]:
        self.live += 1
        try:
            yield
        finally:
            self.live -= 1

    @property
    def poll_interval_s(self) -> float:
        """How often each live job can be asked after, in seconds."""
        return self.live * self.rate.interval_s / FOR_POLLS

    async def _serve(self) -> None:
        try:
            while self._orders or self._polls:
                stale_at = self._clock.now() - 2 * BLOCK_S
                while self._turns and self._turns[0] < stale_at:
                    self._turns.popleft()  # kept back, it would add to the burst that is free again by now
                if not self._turns:
                    waits = await self._lease(self.rate, self.rate.block)
                    self._turns.extend(self._clock.now() + wait for wait in waits)
                pause = max(self._turns[0], self._paused_until) - self._clock.now()
                if pause > 0:
                    await self._clock.sleep(pause)
                    continue
                _, _, mine = heapq.heappop(self._next_queue())
                if not mine.done():
                    self._turns.popleft()
                    mine.set_result(None)
        except Exception as error:
            waiting = [*self._orders, *self._polls]
            self._orders, self._polls = [], []
            for _, _, mine in waiting:
                if not mine.done():
                    mine.set_exception(error)

    def _next_queue(self) -> list[Waiter]:
        if self._orders and self._polls:
            self._poll_is_next = not self._poll_is_next
            return self._polls if self._poll_is_next else self._orders
        return self._orders or self._polls
