"""Events of webhooks on a real Prefect server, and without one."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prefect.settings import PREFECT_API_URL, temporary_settings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.product_events import STARTS, PrefectScheduler, name_of
from vitrine.hooks.shop_event import SentEvent, ShopEvent, StoredEvent

ROOT = Path(__file__).resolve().parents[2]
EVENT = StoredEvent(
    event=ShopEvent(
        kind="updated",
        product_id="Red mug",
        payload={"id": "Red mug", "photos": ["https://cdn.example/mug.jpg"]},
    ),
    number=1,
    first_at=datetime(2026, 11, 26, 5, tzinfo=UTC),
)


@pytest.mark.server
async def test_prefect_has_an_event_once_however_often_it_is_sent(prefect_server: str) -> None:
    before = datetime.now(UTC)
    for _ in range(2):
        since = await PrefectScheduler().send(EVENT)
        assert before - timedelta(seconds=60) < since <= datetime.now(UTC)
    wanted = {
        "event": {"name": ["vitrine.product.updated"]},
        "resource": {"id_prefix": ["vitrine.product.red-mug"]},
    }
    for _ in range(100):
        answer = httpx.post(f"{prefect_server}/events/filter", json={"filter": wanted, "limit": 50}).json()
        if answer["events"]:
            break
        time.sleep(0.1)
    (event,) = answer["events"]
    assert event["payload"] == EVENT.event.payload


@pytest.mark.parametrize(("status", "error"), [(422, ValueError), (413, ValueError), (401, OSError)])
async def test_what_prefect_refuses_is_told_from_what_it_cannot_do_now(
    serve_app: Any, status: int, error: type[Exception]
) -> None:
    async def answer(request: Request) -> Response:  # noqa: ARG001
        return Response("too large", status_code=status)

    app = Starlette(routes=[Route("/api/events", answer, methods=["POST"])])
    with (
        serve_app(app) as url,
        temporary_settings({PREFECT_API_URL: f"{url}/api"}),
        pytest.raises(error, match=str(status)),
    ):
        await PrefectScheduler().send(EVENT)


async def test_without_prefect_it_fails_so_that_the_event_stays() -> None:
    scheduler = PrefectScheduler()
    with temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}):
        with pytest.raises(OSError, match="Prefect"):
            await scheduler.send(EVENT)
        with pytest.raises(OSError, match="Prefect"):
            await scheduler.ensure_run(SentEvent(stored=EVENT, since=EVENT.first_at))


def test_what_an_event_starts_is_what_prefect_yaml_says() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    triggers = {
        trigger["expect"][0]: (each["name"], *trigger["parameters"])
        for each in deployments
        for trigger in each.get("triggers", ())
    }
    for kind, starts in STARTS.items():
        event = EVENT.event.model_copy(update={"kind": kind})
        assert triggers[name_of(event)] == (starts.deployment.partition("/")[2], starts.parameter)
