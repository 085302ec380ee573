"""When the flow run of a batch is over, and what is said if it has no results."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prefect import flow, get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Completed, Crashed

from tasks import run_batch as module
from tasks.flow_runs import read_flow_runs, with_tag
from tasks.run_batch import GRACE, batch_tag, is_over, run_batch, why_lost

NOW = datetime.now(UTC)


def run(state: StateType, *, ago: timedelta = timedelta(0), message: str | None = None) -> FlowRun:
    entered: State[None] = State(
        type=state, name=state.value.capitalize(), timestamp=NOW - ago, message=message
    )
    return FlowRun(flow_id=uuid4(), name="cut", state=entered)


@pytest.mark.parametrize(
    ("state", "ago", "over"),
    [
        (StateType.SCHEDULED, 2 * GRACE, False),
        (StateType.RUNNING, 2 * GRACE, False),
        (StateType.COMPLETED, timedelta(0), True),
        (StateType.CANCELLING, timedelta(0), False),
        (StateType.CANCELLED, timedelta(0), True),
        (StateType.CRASHED, timedelta(0), False),
        (StateType.CRASHED, 2 * GRACE, True),
        (StateType.FAILED, GRACE / 2, False),
        (StateType.FAILED, 2 * GRACE, True),
    ],
)
def test_a_run_that_may_be_started_again_is_not_over(state: StateType, ago: timedelta, over: bool) -> None:
    assert is_over(run(state, ago=ago), NOW) is over


def test_a_lost_batch_is_named() -> None:
    assert why_lost(run(StateType.COMPLETED)) is None
    lost = why_lost(run(StateType.CRASHED, message="Process exited with -9"))
    assert lost == "its batch cut is Crashed: Process exited with -9"


@flow(name="convert-batch")
async def nothing(batch: str) -> None:
    """A flow to have a deployment of, whose runs no worker picks up."""


@asynccontextmanager
async def batches() -> AsyncIterator[tuple[PrefectClient, UUID]]:
    """A client, and the id of a deployment without a worker that batches run as."""
    async with get_client() as client:
        flow_id = await client.create_flow(nothing)
        deployment = await client.create_deployment(flow_id, "convert-batch", entrypoint="nowhere:nothing")
        try:
            yield client, deployment
        finally:
            await client.delete_deployment(deployment)


async def ended_by(client: PrefectClient, tag: str, state: State[None]) -> list[str]:
    """Wait for a run of a batch that has not ended, end it, and return the states of all before that."""
    while True:
        runs = sorted(await read_flow_runs(client, flow_run_filter=with_tag(tag)), key=created)
        waiting = [run for run in runs if run.state is None or not run.state.is_final()]
        if waiting:
            await client.set_flow_run_state(waiting[0].id, state, force=True)
            return [run.state_name or "" for run in runs]
        await asyncio.sleep(0.1)


def created(run: FlowRun) -> datetime:
    assert run.created is not None
    return run.created


@pytest.mark.server
@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("end", [Completed(), Cancelled()], ids=["completed", "cancelled"])
async def test_a_catalogue_run_that_is_started_again_runs_its_batches_again(
    end: State[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What had ended before then has no results any more: it used to be taken for what was to be done."""
    monkeypatch.setattr(module, "POLL_S", 0.1)
    run = uuid4().hex
    tag, key = batch_tag(run), f"batches/{run}/0"
    async with batches() as (client, _):
        for times in (1, 2, 3):
            since = datetime.now(UTC)
            waiting = asyncio.create_task(run_batch.fn(key, "cut", {}, run, since))
            states = await asyncio.wait_for(ended_by(client, tag, end), 60)
            assert states == [end.name] * (times - 1) + ["Scheduled"]
            lost = await asyncio.wait_for(waiting, 60)
            assert lost == (None if end.is_completed() else "its batch cut is Cancelled")


@pytest.mark.server
@pytest.mark.usefixtures("prefect_server")
@pytest.mark.parametrize("state", [None, Crashed()], ids=["not begun", "crashed a moment ago"])
async def test_a_batch_that_has_not_ended_is_waited_for(
    state: State[None] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "POLL_S", 0.1)
    run = uuid4().hex
    tag, key = batch_tag(run), f"batches/{run}/0"
    async with batches() as (client, _):
        killed = asyncio.create_task(run_batch.fn(key, "cut", {}, run, datetime.now(UTC)))
        while not (runs := await read_flow_runs(client, flow_run_filter=with_tag(tag))):
            await asyncio.sleep(0.1)
        killed.cancel()
        if state is not None:
            await client.set_flow_run_state(runs[0].id, state, force=True)
        again = asyncio.create_task(run_batch.fn(key, "cut", {}, run, datetime.now(UTC)))
        await asyncio.sleep(1)
        await client.set_flow_run_state(runs[0].id, Completed(), force=True)
        assert await asyncio.wait_for(again, 60) is None
        assert len(await read_flow_runs(client, flow_run_filter=with_tag(tag))) == 1
