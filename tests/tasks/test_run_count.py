from __future__ import annotations

import asyncio

import pytest
from prefect import flow

from tasks.policy import step
from tasks.run_count import count_task_runs
from vitrine.errors import ProviderBusy

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("prefect_server")]


async def test_task_runs_are_counted_by_flow_run_and_retries_are_not() -> None:
    errors = [ProviderBusy("later")]

    @step(retries=1, retry_on=(ProviderBusy,), wait_s=0.01)
    async def quick(fails: bool) -> None:
        if fails and errors:
            raise errors.pop()

    @flow
    async def two_runs() -> None:
        await asyncio.gather(quick(True), quick(False))

    await two_runs()  # not counted: nobody has asked
    errors.append(ProviderBusy("later"))
    with count_task_runs() as outer:
        await two_runs()
        with count_task_runs() as inner:
            await two_runs()
            await quick(False)  # outside a flow
    assert (sorted(outer.values()), sorted(inner.values())) == ([2], [2])
    assert not set(outer) & set(inner)
