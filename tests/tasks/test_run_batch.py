"""When the flow run of a batch is over, and what is said if it has no results."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType

from tasks.run_batch import GRACE, is_over, why_lost

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
