from __future__ import annotations

import asyncio

import pytest
from prefect import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate

from tasks.job_slot import acquire_slot, job_slot, limit_name

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("prefect_server")]


async def limit(account: str, jobs: int) -> None:
    async with get_client() as client:
        name = limit_name(account)
        await client.create_global_concurrency_limit(GlobalConcurrencyLimitCreate(name=name, limit=jobs))


async def taken(account: str) -> int:
    async with get_client() as client:
        return (await client.read_global_concurrency_limit_by_name(limit_name(account))).active_slots


class Floor:
    """Counts who is at work at once, by account."""

    def __init__(self) -> None:
        self.inside: dict[str, int] = {}
        self.most: dict[str, int] = {}

    async def job(self, *path: str) -> None:
        """One product: its job goes to each account of `path` in turn, as with a draft or a fail-over."""
        async with job_slot():
            for account in path:
                await acquire_slot(account)
                self.inside[account] = self.inside.get(account, 0) + 1
                self.most[account] = max(self.most.get(account, 0), self.inside[account])
                await asyncio.sleep(0.05)
                self.inside[account] -= 1


async def test_a_limit_is_kept() -> None:
    account = "block:pixazo-account/test-slot"
    await limit(account, 1)
    floor = Floor()
    await asyncio.gather(*(floor.job(account) for _ in range(3)))
    assert floor.most == {account: 1}
    assert await taken(account) == 0


async def test_without_a_limit_there_is_none() -> None:
    floor = Floor()
    await asyncio.gather(*(floor.job("nobody-limits-this") for _ in range(3)))
    assert floor.most == {"nobody-limits-this": 3}


async def test_of_several_accounts_the_one_that_is_bought_from_counts() -> None:
    await limit("slot-a", 1)
    await limit("slot-b", 2)
    floor = Floor()
    jobs = [floor.job("slot-a") for _ in range(2)] + [floor.job("slot-b") for _ in range(4)]
    await asyncio.gather(*jobs)
    assert floor.most == {"slot-a": 1, "slot-b": 2}


async def test_jobs_that_change_accounts_both_ways_do_not_wait_for_each_other_for_ever() -> None:
    await limit("slot-c", 1)
    await limit("slot-d", 1)
    floor = Floor()
    there_and_back = [("slot-c", "slot-d"), ("slot-d", "slot-c")] * 2
    async with asyncio.timeout(60):
        await asyncio.gather(*(floor.job(*path) for path in there_and_back))
    assert floor.most == {"slot-c": 1, "slot-d": 1}
    assert (await taken("slot-c"), await taken("slot-d")) == (0, 0)


async def test_the_same_account_again_keeps_its_place() -> None:
    await limit("slot-e", 1)
    async with asyncio.timeout(30), job_slot():
        await acquire_slot("slot-e")  # a draft
        await acquire_slot("slot-e")  # its final
        assert await taken("slot-e") == 1
    assert await taken("slot-e") == 0


async def test_who_is_stopped_while_waiting_takes_no_place() -> None:
    await limit("slot-f", 1)
    async with job_slot():
        await acquire_slot("slot-f")
        floor = Floor()
        waiting = asyncio.create_task(floor.job("slot-f"))
        await asyncio.sleep(0.3)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(30):
        await Floor().job("slot-f")
    assert (floor.most, await taken("slot-f")) == ({}, 0)


async def test_outside_a_slot_nothing_is_waited_for() -> None:
    await limit("slot-g", 0)
    async with asyncio.timeout(10):
        await acquire_slot("slot-g")


@pytest.mark.parametrize(
    ("account", "name"),
    [("pixazo", "vitrine-jobs-pixazo"), ("block:pixazo-account/main", "vitrine-jobs-pixazo-account-main")],
)
def test_every_account_has_a_limit_of_its_own(account: str, name: str) -> None:
    assert limit_name(account) == name
