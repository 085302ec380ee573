"""Which runs are started again."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Completed, Crashed, Failed, Pending, Running, Scheduled

from tasks.restart_run import RESTART, count_restarts, why_not


def flow_run(state: State, *, run_count: int = 1) -> FlowRun:
    return FlowRun(flow_id=uuid4(), state=state, state_name=state.name, run_count=run_count)


@pytest.mark.parametrize(
    ("run", "restarts", "reason"),
    [
        (flow_run(Crashed()), 0, None),
        (flow_run(Crashed(), run_count=0), 2, None),
        (flow_run(Failed()), 2, None),
        (flow_run(Crashed()), 3, "it has been restarted 3 times"),
        (flow_run(Failed(), run_count=0), 0, "it did not begin"),
        (flow_run(Running()), 0, "it is Running"),
        (flow_run(Completed(name="Held")), 0, "it is Held"),
    ],
    ids=["crashed", "crashed at its start", "failed", "too often", "parameters", "running", "held"],
)
def test_crashed_and_failed_runs_are_started_again_so_many_times(
    run: FlowRun, restarts: int, reason: str | None
) -> None:
    assert why_not(run, restarts, 3) == reason


BEGINS = (Scheduled, Pending, Running)
WAITS: tuple[Callable[[], State], ...] = (lambda: Scheduled(name=RESTART),)


@pytest.mark.parametrize(
    ("states", "restarts"),
    [
        ((*BEGINS, Crashed), 0),
        ((*BEGINS, Crashed, *WAITS), 0),
        ((*BEGINS, Crashed, *WAITS, Crashed), 0),
        ((*BEGINS, Crashed, *WAITS, Crashed, *WAITS, Pending, Running, Failed), 1),
        ((*BEGINS, Crashed, *WAITS, lambda: Scheduled(name="Late"), Pending, Crashed), 1),
        ((*BEGINS, Failed, *WAITS, Pending, Running, Crashed, *WAITS, Pending, Running, Failed), 2),
    ],
    ids=["first death", "waiting", "reported twice", "twice, then restarted", "died at its start", "two"],
)
def test_a_restart_counts_once_the_run_has_begun_again(
    states: tuple[Callable[[], State], ...], restarts: int
) -> None:
    assert count_restarts([make() for make in states]) == restarts
