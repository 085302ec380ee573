"""Events of webhooks on a real Prefect server, and without one."""

from __future__ import annotations

import time

import httpx
import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from deployments.send_event import send_event
from vitrine.hooks.shop_event import ShopEvent

EVENT = ShopEvent(
    kind="updated", product_id="Red mug", payload={"id": "Red mug", "photos": ["https://cdn.example/mug.jpg"]}
)


@pytest.mark.server
async def test_prefect_has_an_event_once_however_often_it_is_sent(prefect_server: str) -> None:
    for _ in range(2):
        await send_event(EVENT, 1)
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
    assert event["payload"] == EVENT.payload


async def test_without_prefect_it_fails_so_that_the_event_stays() -> None:
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(OSError, match="Prefect"),
    ):
        await send_event(EVENT, 1)
