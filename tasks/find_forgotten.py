"""Find the crashed and failed runs that no `restart-run` has looked at.

Prefect's server evaluates an event up to four times within milliseconds, then drops it: with SQLite, when
other transactions write meanwhile ("database is locked"): a transaction that reads before it writes cannot
wait there. A run whose event is dropped would stay down for ever.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from prefect import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterExpectedStartTime,
)
from prefect.client.schemas.objects import FlowRun, StateType

from tasks.ask_restart import RESTART_DEPLOYMENT
from tasks.flow_runs import flow_run_id, read_flow_runs, with_tag
from tasks.policy import step

RESTART_TAG = "restart"
"""Runs of deployments with this tag are started again."""

STUCK = timedelta(minutes=4)
"""A `restart-run` takes half a minute. One that is pending or running for so long has lost its worker."""


@step()
async def find_forgotten(quiet_s: float, window_s: float) -> list[str]:
    """Return the ids of the runs that crashed or failed `quiet_s` to `window_s` seconds ago, unnoticed."""
    now = datetime.now(UTC)
    since = now - timedelta(seconds=window_s)
    down = with_tag(RESTART_TAG, StateType.CRASHED, StateType.FAILED).model_copy(
        update={"end_time": FlowRunFilterEndTime(after_=since)}
    )
    async with get_client() as client:
        runs = await read_flow_runs(client, flow_run_filter=down)
        if not runs:
            return []
        restarts = await read_flow_runs(
            client,
            deployment_filter=DeploymentFilter(
                name=DeploymentFilterName(any_=[RESTART_DEPLOYMENT.partition("/")[2]])
            ),
            flow_run_filter=FlowRunFilter(expected_start_time=FlowRunFilterExpectedStartTime(after_=since)),
        )
    forgotten = select_forgotten(runs, restarts, now=now, quiet=timedelta(seconds=quiet_s))
    return [str(run.id) for run in forgotten]


def select_forgotten(
    runs: Iterable[FlowRun], restarts: Iterable[FlowRun], *, now: datetime, quiet: timedelta
) -> list[FlowRun]:
    """Return those of `runs` whose state is older than `quiet` and that none of `restarts` looks at."""
    restarts_of = defaultdict(list)
    for restart in restarts:
        restarts_of[flow_run_id(str(restart.parameters.get("flow_run")))].append(restart)
    return [
        run
        for run in runs
        if run.state
        and now - run.state.timestamp >= quiet
        and not _looked_at(run, restarts_of[str(run.id)], now)
    ]


def _looked_at(run: FlowRun, restarts: Sequence[FlowRun], now: datetime) -> bool:
    """Whether a `restart-run` has judged the state that the run is in, or is about to."""
    assert run.state
    since = run.state.timestamp
    return any(
        (restart.state.is_completed() and restart.created is not None and restart.created >= since)
        or restart.state.is_scheduled()
        or (not restart.state.is_final() and now - restart.state.timestamp < STUCK)
        for restart in restarts
        if restart.state
    )
