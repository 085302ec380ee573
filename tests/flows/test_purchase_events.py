"""What a run says of its purchases, as events of Prefect."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.convert_product import convert_product
from flows.outcome import run_flow
from vitrine.models import Product
from vitrine.recipe import Recipe

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("home")]


def purchase_events(api: str, product: str) -> list[str]:
    """What Prefect has heard of a product's purchases, oldest first.

    The server files events within seconds, on a busy machine within a minute, and has those of other tests:
    the newest 50 are asked for.
    """
    said: dict[str, Any] = {"event": {"prefix": ["vitrine.purchase."]}, "order": "DESC"}
    for _ in range(600):
        answer = httpx.post(f"{api}/events/filter", json={"filter": said, "limit": 50})
        events = [
            each["event"]
            for each in reversed(answer.json()["events"])
            if each["payload"].get("product") == product
        ]
        if len(events) == 2:
            break
        time.sleep(0.1)
    return events


async def test_a_purchase_is_told_as_events(
    quick: Recipe,
    sales: Callable[[], int],
    draw_photo: Callable[[Path], Path],
    tmp_path: Path,
    prefect_server: str,
) -> None:
    jug = Product(id="told_jug", photos=(str(draw_photo(tmp_path / "told_jug.png")),))
    jug_run = await run_flow(convert_product, jug, quick, "sandbox", str(tmp_path / "public"))
    assert jug_run.status == "published"
    assert sales() > 0
    events = await asyncio.to_thread(purchase_events, prefect_server, "told_jug")
    assert events == ["vitrine.purchase.claimed", "vitrine.purchase.submitted"]
