"""Run a batch of a catalogue as a flow run of its own, on any worker of the work pool."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from prefect import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import arun_deployment
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelling

from tasks.flow_runs import read_flow_runs, with_tag
from tasks.policy import step
from vitrine.errors import ConfigError

BATCH_DEPLOYMENT = "convert-batch/convert-batch"

POLL_S = 5.0
"""How often Prefect is asked whether a batch has ended."""

MAX_RUNS = 100
"""Runs of one batch: one more for each time that the catalogue run is started again after its end"""

GRACE = timedelta(minutes=15)
"""How long a crashed or failed batch is waited for before it counts as lost. `restart-run` schedules it
within half a minute, or within ten minutes if Prefect has dropped the event (`start-forgotten`)."""


@step(retries=5, retry_on=(httpx.TransportError,), wait_s=5.0)
async def run_batch(key: str, name: str, parameters: dict[str, Any], run: str, since: datetime) -> str | None:
    """Start the flow run `name` of a batch, wait until it has ended, and return why it has no results, if so.

    Starts none if the batch has one that had not ended at `since`, when the catalogue run was started for the
    last time: it then waits for the runs that it has started before. What had ended by then has left no
    results: it was cancelled with the catalogue run, or that had ended, too. Raises `ConfigError` if
    `convert-batch` is not deployed.
    """
    for number in range(1, MAX_RUNS + 1):
        started = await _start(key, name, parameters, run, number)
        if not is_over(started, since):
            break
    async with get_client() as client:
        while not is_over(started, datetime.now(UTC)):
            await asyncio.sleep(POLL_S)
            started = await client.read_flow_run(started.id)
    return why_lost(started)


async def _start(key: str, name: str, parameters: dict[str, Any], run: str, number: int) -> FlowRun:
    """Return the flow run of this number of a batch; it is started if there is none."""
    try:
        return await arun_deployment(
            BATCH_DEPLOYMENT,
            parameters={**parameters, "batch": key},
            flow_run_name=name,
            timeout=0,
            tags=[batch_tag(run)],
            idempotency_key=key if number == 1 else f"{key} {number}",
        )
    except ObjectNotFound as error:
        raise ConfigError(
            f"no deployment {BATCH_DEPLOYMENT}, which runs the batches: call `prefect deploy --all`, "
            "or set batch_size to 0"
        ) from error


def batch_tag(run: str) -> str:
    """The tag of the batches of a catalogue run."""
    return f"catalog-run:{run}"


def is_over(run: FlowRun, now: datetime) -> bool:
    """Whether a run has ended for good: one that crashed or failed may be started again (`GRACE`)."""
    state = run.state
    if state is None or not state.is_final() or state.timestamp > now:
        return False
    return state.is_completed() or state.is_cancelled() or now - state.timestamp > GRACE


def why_lost(run: FlowRun) -> str | None:
    """Why a run that is over has no results; `None` if it has completed."""
    state = run.state
    if state is None or state.is_completed():
        return None
    reason = f": {state.message}" if state.message else ""
    return f"its batch {run.name} is {state.name}{reason}"


async def cancel_batches(run: str) -> int:
    """Cancel the batches of a catalogue run that have not ended, and return how many there were."""
    cancelled = 0
    async with get_client() as client:
        for batch in await read_flow_runs(client, flow_run_filter=with_tag(batch_tag(run))):
            if batch.state is None or not batch.state.is_final():
                await client.set_flow_run_state(batch.id, Cancelling())
                cancelled += 1
    return cancelled
