"""Start a crashed or failed run of a deployment again, later and later, and only so many times."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import get_client
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.states import Scheduled

from tasks.policy import step

RESTART = "AwaitingRestart"
"""The name of the state of a run that waits to be started again."""

SECOND_REPORT_S = 20.0
"""Prefect's process worker reports a death again after 7 to 10 s; see `count_restarts`. A run that is
scheduled before that is Crashed once more, and with SQLite Prefect's server may drop the second trigger."""


@step()
async def restart_run(flow_run_id: UUID, delays_s: Sequence[float]) -> str:
    """Schedule the run again, or say why not."""
    async with get_client() as client:
        run = await client.read_flow_run(flow_run_id)
        if run.state and run.state.is_crashed():
            since_s = (datetime.now(UTC) - run.state.timestamp).total_seconds()
            await asyncio.sleep(min(max(SECOND_REPORT_S - since_s, 0.0), SECOND_REPORT_S))
            run = await client.read_flow_run(flow_run_id)
        history = await client.read_flow_run_states(flow_run_id)
        restarts = count_restarts(history)
        reason = why_not(run, restarts, len(delays_s))
        if reason:
            return f"{run.name} is not started again: {reason}"
        message = (
            f"restart {restarts + 1} of {len(delays_s)}, {delays_s[restarts]:.0f} s after {run.state_name}"
        )
        due = datetime.now(UTC) + timedelta(seconds=delays_s[restarts])
        answer: OrchestrationResult[Any] = await client.set_flow_run_state(
            flow_run_id, Scheduled(name=RESTART, scheduled_time=due, message=message)
        )
        if answer.status != SetStateStatus.ACCEPT:
            return f"{run.name} is not started again: {answer.details}"
        return f"{run.name}: {message}"


def count_restarts(history: Sequence[State[Any]]) -> int:
    """Count the restarts that began, in the states of a run.

    Prefect's process worker reports one death twice: when the process has ended, and again after a process
    that imports the flow to call its hooks (`FlowRunExecutor.submit`, `BaseWorker`). If the run waits for its
    restart by then, the second report makes it Crashed once more. It is due again at once, and that is no
    further restart.
    """
    restarts, waits = 0, False
    for state in sorted(history, key=lambda each: each.timestamp):
        if state.name == RESTART:
            waits = True
        elif waits and state.type in (StateType.PENDING, StateType.RUNNING):
            restarts, waits = restarts + 1, False
    return restarts


def why_not(run: FlowRun, restarts: int, most: int) -> str | None:
    """Why a run is not started again; `None` if it is.

    A run that failed before it began has parameters that do not fit its flow, now and later.
    """
    state = run.state
    if state is None or not (state.is_crashed() or state.is_failed()):
        return f"it is {run.state_name}"
    if state.is_failed() and run.run_count == 0:
        return "it did not begin"
    if restarts >= most:
        return f"it has been restarted {most} times"
    return None
