"""Which ends of runs went unnoticed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Completed, Crashed, Failed, Pending, Running, Scheduled

from tasks.find_forgotten import select_forgotten
from tasks.flow_runs import PAGE, read_flow_runs

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
DOWN = UUID(int=1)


def at(state: State, minutes_ago: float) -> State:
    return state.model_copy(update={"timestamp": NOW - timedelta(minutes=minutes_ago)})


def restart(state: State, asked_minutes_ago: float, *, of: str = f"prefect.flow-run.{DOWN}") -> FlowRun:
    created = NOW - timedelta(minutes=asked_minutes_ago)
    return FlowRun(flow_id=uuid4(), state=state, created=created, parameters={"flow_run": of})


@pytest.mark.parametrize(
    ("state", "restarts", "forgotten"),
    [
        (at(Crashed(), 5), [], True),
        (at(Failed(), 5), [], True),
        (at(Crashed(), 1), [], False),
        (at(Failed(), 5), [restart(at(Completed(), 4), 4)], False),
        (at(Failed(), 5), [restart(at(Completed(), 4), 4, of=str(DOWN))], False),
        (at(Failed(), 5), [restart(at(Completed(), 40), 41)], True),
        (at(Failed(), 5), [restart(at(Completed(), 4), 4, of="another")], True),
        (at(Failed(), 5), [restart(at(Failed(), 4), 4)], True),
        (at(Failed(), 5), [restart(at(Crashed(), 4), 4), restart(at(Running(), 1), 1)], False),
        (at(Crashed(), 60), [restart(at(Scheduled(), 59), 59)], False),
        (at(Crashed(), 60), [restart(at(Pending(), 59), 59)], True),
        (at(Crashed(), 60), [restart(at(Pending(), 3), 59)], False),
    ],
    ids=[
        "crashed",
        "failed",
        "the event may come",
        "judged",
        "judged, asked by hand",
        "judged before",
        "of another run",
        "the restart failed",
        "one failed, the next runs",
        "no worker yet",
        "the restart lost its worker",
        "the restart begins",
    ],
)
def test_a_run_is_forgotten_if_no_restart_looks_at_its_state(
    state: State, restarts: list[FlowRun], forgotten: bool
) -> None:
    run = FlowRun(id=DOWN, flow_id=uuid4(), state=state)
    assert bool(select_forgotten([run], restarts, now=NOW, quiet=timedelta(minutes=3))) == forgotten


async def test_all_pages_are_read() -> None:
    runs = [FlowRun(flow_id=uuid4()) for _ in range(2 * PAGE + 1)]

    class Api:
        async def read_flow_runs(self, *, limit: int, offset: int, **_: object) -> list[FlowRun]:
            return runs[offset : offset + limit]

    assert await read_flow_runs(Api()) == runs  # type: ignore[arg-type]
