"""Mark runs as Crashed whose process or worker is gone without a word.

A killed run stays Running. A run whose worker died before it had started the process stays Pending, and sends
no heartbeat at all. Prefect's proactive triggers could watch the heartbeats, but they take every run for dead
after an outage of the server, in which no heartbeat arrives.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import OrchestrationResult, SetStateStatus
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter
from prefect.states import Crashed

from tasks.flow_runs import RESOURCE, read_flow_runs, with_tag
from tasks.policy import step

HEARTBEAT = "prefect.flow-run.heartbeat"

TAG = "vitrine"
"""All deployments have it, those, too, that start others again: a `restart-run` may lose its worker."""

SECOND_LOOK_S = 40.0
"""A run that seems silent is looked at again after more than a heartbeat's interval (30 s): when Prefect's
server was away, the last heartbeat is old, and the next one comes at once."""


@step()
async def crash_silent(
    silent_s: float, pending_s: float, second_look_s: float = SECOND_LOOK_S, tag: str = TAG
) -> list[str]:
    """Mark silent runs with a tag as Crashed, and return their ids.

    A run is silent if it has sent heartbeats and the last one is older than `silent_s` seconds, or if it is
    Pending for more than `pending_s`.
    """
    async with get_client() as client:
        if not await _find_silent(client, tag, silent_s, pending_s):
            return []
        await asyncio.sleep(second_look_s)
        crashed = []
        for run, why in await _find_silent(client, tag, silent_s, pending_s):
            answer: OrchestrationResult[Any] = await client.set_flow_run_state(run.id, Crashed(message=why))
            if answer.status == SetStateStatus.ACCEPT:
                crashed.append(str(run.id))
        return crashed


async def _find_silent(
    client: PrefectClient, tag: str, silent_s: float, pending_s: float
) -> list[tuple[FlowRun, str]]:
    started = with_tag(tag, StateType.PENDING, StateType.RUNNING)
    found = []
    for run in await read_flow_runs(client, flow_run_filter=started):
        now = datetime.now(UTC)
        is_old = run.state and now - run.state.timestamp > timedelta(seconds=silent_s)
        heartbeat = await _last_heartbeat(client, run) if is_old and run.state_type == "RUNNING" else None
        if why := why_silent(run, heartbeat, now, silent_s, pending_s):
            found.append((run, why))
    return found


async def _last_heartbeat(client: PrefectClient, run: FlowRun) -> datetime | None:
    wanted = EventFilter(
        event=EventNameFilter(name=[HEARTBEAT]), resource=EventResourceFilter(id=[f"{RESOURCE}{run.id}"])
    )
    page = await client.read_events(wanted, limit=1)
    return page.events[0].occurred if page.events else None


def why_silent(
    run: FlowRun, heartbeat: datetime | None, now: datetime, silent_s: float, pending_s: float
) -> str | None:
    """Why a run counts as crashed; `None` if it does not. `heartbeat` is its last one, if there was one.

    A run that never sent one may run where heartbeats are off.
    """
    if run.state is None:
        return None
    if run.state.is_pending() and now - run.state.timestamp > timedelta(seconds=pending_s):
        return f"no process was started for {pending_s:.0f} s"
    if run.state.is_running() and heartbeat is not None:
        last = max(heartbeat, run.state.timestamp)  # an earlier process may have sent it
        if now - last > timedelta(seconds=silent_s):
            return f"no heartbeat for {silent_s:.0f} s"
    return None
