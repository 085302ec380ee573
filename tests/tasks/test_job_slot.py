from __future__ import annotations

import asyncio

import pytest
from prefect import get_client
from prefect.client.schemas.actions import GlobalConcurrencyLimitCreate

from tasks.job_slot import job_slot, limit_name

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("prefect_server")]


async def most_at_once(account: str, jobs: int) -> int:
    inside, most = 0, 0

    async def job() -> None:
        nonlocal inside, most
        async with job_slot(account):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.05)
            inside -= 1

    await asyncio.gather(*(job() for _ in range(jobs)))
    return most


async def test_a_limit_is_kept() -> None:
    limit = GlobalConcurrencyLimitCreate(name=limit_name("block:pixazo-account/test-slot"), limit=1)
    async with get_client() as client:
        await client.create_global_concurrency_limit(limit)
    assert await most_at_once("block:pixazo-account/test-slot", 3) == 1


async def test_without_a_limit_there_is_none() -> None:
    assert await most_at_once("nobody-limits-this", 3) == 3


@pytest.mark.parametrize(
    ("account", "name"),
    [("pixazo", "vitrine-jobs-pixazo"), ("block:pixazo-account/main", "vitrine-jobs-pixazo-account-main")],
)
def test_every_account_has_a_limit_of_its_own(account: str, name: str) -> None:
    assert limit_name(account) == name
