"""Read flow runs from Prefect's API, however many there are."""

from __future__ import annotations

from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort

PAGE = 200
"""The most runs that Prefect's API returns at once (`PREFECT_API_DEFAULT_LIMIT`)."""

RESOURCE = "prefect.flow-run."
"""How the id of a flow run's resource in Prefect's events starts."""


def with_tag(tag: str, *states: StateType) -> FlowRunFilter:
    """The flow runs that have a tag, in one of these states if any is given."""
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states))) if states else None
    return FlowRunFilter(tags=FlowRunFilterTags(all_=[tag]), state=state)


async def read_flow_runs(client: PrefectClient, **filters: Any) -> list[FlowRun]:
    """Return all runs that match `filters` (of `PrefectClient.read_flow_runs`), the earliest first."""
    runs: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(
            **filters, sort=FlowRunSort.EXPECTED_START_TIME_ASC, limit=PAGE, offset=len(runs)
        )
        runs += page
        if len(page) < PAGE:
            return runs


def flow_run_id(text: str) -> str:
    """The id of a flow run, from itself or from the id of its resource (`prefect.flow-run.<id>`)."""
    return text.removeprefix(RESOURCE)
