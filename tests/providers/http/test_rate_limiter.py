"""Turns inside a rate, in any minute one may look at, and in the order of need."""

from __future__ import annotations

import asyncio
import heapq
import math
import random

import pytest

from vitrine.providers.http.rate_limiter import Rate, RateLimiter, lease_slots


class Simulated:
    """A clock of simulated seconds that moves when everybody sleeps."""

    def __init__(self) -> None:
        self.time_s = 0.0
        self.sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self.count = 0

    def now(self) -> float:
        return self.time_s

    async def sleep(self, seconds: float) -> None:
        self.count += 1
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self.sleepers, (self.time_s + seconds, self.count, woken))
        await woken

    async def run_until(self, task: asyncio.Future[object]) -> None:
        while not task.done():
            for _ in range(50):
                await asyncio.sleep(0)
            if task.done():
                return
            at, _, woken = heapq.heappop(self.sleepers)
            self.time_s = max(self.time_s, at)
            woken.set_result(None)


class Bucket:
    """The ledger's row, in memory."""

    def __init__(self, clock: Simulated) -> None:
        self.clock = clock
        self.empty_at_s = 0.0
        self.leases = 0

    async def lease(self, rate: Rate, turns: int) -> list[float]:
        self.leases += 1
        waits, self.empty_at_s = lease_slots(self.empty_at_s, self.clock.now(), rate, turns)
        return waits


def busiest_minute(times: list[float]) -> int:
    return max(sum(start <= time < start + 60 for time in times) for start in times)


@pytest.mark.parametrize(("per_minute", "workers"), [(50, 1), (50, 3), (3000, 2), (1, 1)])
async def test_no_minute_holds_more_than_the_rate(per_minute: float, workers: int) -> None:
    clock, times = Simulated(), []
    bucket = Bucket(clock)
    rate_limiters = [
        RateLimiter(Rate(per_minute=per_minute), bucket.lease, clock=clock) for _ in range(workers)
    ]
    chance = random.Random(1)

    async def one(rate_limiter: RateLimiter, at_s: float) -> None:
        await clock.sleep(at_s)
        await rate_limiter.acquire()
        times.append(clock.now())

    wanted = min(int(per_minute * 4), 900)
    crowd = [one(chance.choice(rate_limiters), chance.choice([0.0, 30.0, 200.0])) for _ in range(wanted)]
    await clock.run_until(asyncio.gather(*crowd))
    assert len(times) == wanted
    assert busiest_minute(times) <= per_minute
    if per_minute == 50:
        assert busiest_minute(times) >= 44  # and it is used
    if per_minute == 3000:
        assert bucket.leases < wanted / 5


async def test_the_oldest_job_goes_first() -> None:
    clock, order = Simulated(), []
    rate_limiter = RateLimiter(Rate(per_minute=10), Bucket(clock).lease, clock=clock)

    async def one(priority: float) -> None:
        await rate_limiter.acquire(priority)
        order.append(priority)

    await clock.run_until(asyncio.gather(*(one(n) for n in (5.0, 3.0, 1.0, 4.0))))
    assert order == [1.0, 3.0, 4.0, 5.0]


async def test_orders_and_polls_alternate() -> None:
    clock, order = Simulated(), []
    rate_limiter = RateLimiter(Rate(per_minute=10), Bucket(clock).lease, clock=clock)

    async def one(priority: float) -> None:
        await rate_limiter.acquire(priority)
        order.append("order" if priority == math.inf else "poll")

    wanted = [1.0, 2.0, 3.0, math.inf, math.inf, math.inf, math.inf, math.inf]
    await clock.run_until(asyncio.gather(*(one(priority) for priority in wanted)))
    assert order == ["poll", "order"] * 3 + ["order"] * 2


async def test_a_cancelled_request_takes_no_slot() -> None:
    clock = Simulated()
    bucket = Bucket(clock)
    rate_limiter = RateLimiter(Rate(per_minute=10), bucket.lease, clock=clock)
    await clock.run_until(asyncio.ensure_future(rate_limiter.acquire()))
    tired = asyncio.ensure_future(rate_limiter.acquire(1.0))
    await asyncio.sleep(0)
    tired.cancel()
    patient = asyncio.ensure_future(rate_limiter.acquire(2.0))
    await clock.run_until(patient)
    assert tired.cancelled()
    assert clock.now() <= Rate(per_minute=10).interval_s


async def test_no_slot_is_handed_out_during_a_pause() -> None:
    clock = Simulated()
    rate_limiter = RateLimiter(Rate(per_minute=6000), Bucket(clock).lease, clock=clock)
    rate_limiter.pause(30)
    await clock.run_until(asyncio.ensure_future(rate_limiter.acquire()))
    assert clock.now() == 30


async def test_a_failed_lease_is_raised_in_every_waiting_request() -> None:
    async def broken(rate: Rate, turns: int) -> list[float]:  # noqa: ARG001
        raise ConnectionError("database away")

    rate_limiter = RateLimiter(Rate(per_minute=50), broken)
    results = await asyncio.gather(rate_limiter.acquire(), rate_limiter.acquire(), return_exceptions=True)
    assert [type(result) for result in results] == [ConnectionError] * 2
