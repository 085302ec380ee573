"""Which runs have gone silent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prefect import flow, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.events import emit_event
from prefect.events.worker import EventsWorker
from prefect.states import Completed, Pending, Running, Scheduled

from tasks.crash_silent import HEARTBEAT, crash_silent, why_silent

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
NO_HEARTBEAT = "no heartbeat for 120 s"


@pytest.mark.parametrize(
    ("state", "minutes", "heartbeat_minutes", "why"),
    [
        (Running(), 60, 3, NO_HEARTBEAT),
        (Running(), 60, 1.9, None),
        (Running(), 1, 3, None),
        (Running(), 60, None, None),
        (Pending(), 2, None, None),
        (Pending(), 4, None, "no process was started for 150 s"),
        (Scheduled(), 60, None, None),
        (Completed(), 60, 60, None),
    ],
    ids=[
        "silent",
        "alive",
        "started again a minute ago",
        "heartbeats may be off",
        "a worker starts it",
        "the worker is gone",
        "no worker yet",
        "over",
    ],
)
def test_a_run_is_silent_if_its_last_sign_of_life_is_old(
    state: State, minutes: float, heartbeat_minutes: float | None, why: str | None
) -> None:
    state = state.model_copy(update={"timestamp": NOW - timedelta(minutes=minutes)})
    heartbeat = None if heartbeat_minutes is None else NOW - timedelta(minutes=heartbeat_minutes)
    run = FlowRun(flow_id=uuid4(), state=state)
    assert why_silent(run, heartbeat, NOW, 120, 150) == why


@flow
async def nothing() -> None:
    """A flow to have runs of."""


@pytest.mark.server
@pytest.mark.usefixtures("prefect_server")
async def test_silent_runs_are_marked_and_others_are_not() -> None:
    tag = uuid4().hex
    async with get_client() as client:
        states: tuple[State[None], ...] = (Running(), Running(), Completed())
        silent, quiet, over = [
            (await client.create_flow_run(nothing, tags=[tag], state=state)).id for state in states
        ]
        for run in (silent, over):
            emit_event(HEARTBEAT, resource={"prefect.resource.id": f"prefect.flow-run.{run}"})
        await asyncio.to_thread(EventsWorker.drain_all, timeout=60)
        found: list[str] = []
        for _ in range(200):  # until the server has stored the event
            found = await crash_silent.fn(0.1, 600, 0.0, tag)
            if found:
                break
            await asyncio.sleep(0.2)
        assert found == [str(silent)]
        runs = [await client.read_flow_run(run) for run in (silent, quiet, over)]
    assert [run.state_name for run in runs] == ["Crashed", "Running", "Completed"]
    assert runs[0].state is not None
    assert runs[0].state.message == "no heartbeat for 0 s"
