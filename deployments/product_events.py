"""Send events about products to the Prefect server, and make sure that each one has started a run."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal, NamedTuple
from uuid import UUID

import httpx
from prefect import get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
)
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError

from tasks.flow_runs import read_flow_runs
from vitrine.hooks.shop_event import SentEvent, ShopEvent, StoredEvent
from vitrine.models import slug_of

REFUSALS = frozenset({400, 409, 413, 422})
"""Statuses that are about one event: sent again, it would be refused again."""


class Started(NamedTuple):
    """What an event starts, as `prefect.yaml` says."""

    deployment: str
    """Flow and deployment."""
    parameter: str
    """The parameter that comes from the event."""


STARTS: Mapping[Literal["updated", "removed"], Started] = {
    "updated": Started("convert-product/ingest-product", "product"),
    "removed": Started("unpublish-product/unpublish-product", "product_id"),
}


class PrefectScheduler:
    """The Prefect server that this process is set to use."""

    async def send(self, stored: StoredEvent) -> datetime:
        """Send `vitrine.product.updated` or `vitrine.product.removed`; see `Scheduler`."""
        event = stored.event
        body = {
            "id": str(stored.id),
            "occurred": datetime.now(UTC).isoformat(),
            "event": name_of(event),
            "resource": {
                "prefect.resource.id": f"vitrine.product.{slug_of(event.product_id)}",
                "prefect.resource.name": event.product_id,
            },
            "payload": event.payload,
        }
        async with _client() as client:
            started = time.monotonic()
            response = await client._client.post("/events", json=[body])
            response.raise_for_status()
            return _server_time(response) - timedelta(seconds=time.monotonic() - started)

    async def ensure_run(self, sent: SentEvent) -> bool:
        """Start the run of an event that Prefect has accepted, if there is none; see `Scheduler`.

        Nothing is started where the deployment or its trigger is not there, or the trigger is turned off.
        Several calls start one run: its idempotency key is the event's id.
        """
        event = sent.stored.event
        starts = STARTS[event.kind]
        value = event.payload if event.kind == "updated" else event.payload["id"]
        async with _client() as client:
            try:
                deployment = await client.read_deployment_by_name(starts.deployment)
            except ObjectNotFound:
                return False
            if not await _is_triggered(client, str(deployment.id), name_of(event)):
                return False
            for run in await _runs_since(client, deployment.id, sent.since):
                if run.parameters.get(starts.parameter) == value:
                    return False
            await client.create_flow_run_from_deployment(
                deployment.id,
                parameters={starts.parameter: value},
                idempotency_key=f"vitrine-event-{sent.stored.id}",
            )
            return True


def name_of(event: ShopEvent) -> str:
    """Return the name of Prefect's event."""
    return f"vitrine.product.{event.kind}"


async def _is_triggered(client: PrefectClient, deployment: str, event: str) -> bool:
    """Whether an automation that is turned on starts the deployment on an event."""
    related = await client.read_resource_related_automations(f"prefect.deployment.{deployment}")
    return any(one.enabled and event in getattr(one.trigger, "expect", ()) for one in related)


async def _runs_since(client: PrefectClient, deployment: UUID, since: datetime) -> list[FlowRun]:
    """The runs of a deployment that were created after a time."""
    runs = await read_flow_runs(
        client,
        flow_run_filter=FlowRunFilter(expected_start_time=FlowRunFilterExpectedStartTime(after_=since)),
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
    )
    return [run for run in runs if run.created is not None and run.created >= since]


def _server_time(response: httpx.Response) -> datetime:
    """Return the time on the server's clock, rounded down; on this one's where it says none."""
    try:
        return parsedate_to_datetime(response.headers["Date"]) - timedelta(seconds=1)
    except (KeyError, ValueError):
        return datetime.now(UTC)


@asynccontextmanager
async def _client() -> AsyncIterator[PrefectClient]:
    """A client of the server; what goes wrong is an `OSError`, or a `ValueError` about this event."""
    with _errors():
        async with get_client() as client:
            yield client


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except (PrefectHTTPStatusError, httpx.HTTPStatusError) as error:
        status = error.response.status_code
        if status in REFUSALS:
            raise ValueError(f"Prefect refuses it: {status} {error.response.text[:300]}") from error
        raise OSError(f"Prefect answers {status}") from error
    except (httpx.HTTPError, RuntimeError) as error:
        raise OSError(f"Prefect does not answer: {error}") from error
