"""A gateway on loopback that holds an order longer than the sandbox would: sold once all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from vitrine.errors import OutcomeUnknown
from vitrine.ledger import Ledger
from vitrine.models import Blob, PhotoIdentity
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import PhotoUpload
from vitrine.providers.http.client import Timeouts
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation
from vitrine.sandbox.app import create_app
from vitrine.sandbox.settings import SandboxSettings

HELD_S = 12.0
PHOTO = PhotoIdentity.of(Blob(sha256="b" * 64, size_bytes=4, media_type="image/png"))


class Clock:
    """A clock that a sleep sets forward, and that lets the gateway do what is due then."""

    def __init__(self) -> None:
        self.start = datetime.now(UTC)
        self.passed_s = 0.0

    def now(self) -> float:
        return self.passed_s

    def wall(self) -> datetime:
        return self.start + timedelta(seconds=self.passed_s)

    async def sleep(self, seconds: float) -> None:
        self.passed_s += seconds
        await asyncio.sleep(0.5 if self.passed_s >= HELD_S else 0)


@pytest.mark.parametrize("tells_of_sandbox", [False, True], ids=["of a provider", "of the sandbox"])
async def test_an_order_that_a_gateway_holds_for_12_s_is_sold_once(
    url: str,
    tells_of_sandbox: bool,
    serve_app: Callable[[Starlette], AbstractContextManager[str]],
    open_gateway: Callable[[str], Any],
) -> None:
    """The client gives up after three seconds, and the order is looked for: not before it must have come."""
    clock = Clock()
    with serve_app(create_app(SandboxSettings(engine="stub", processes=0))) as sandbox:
        gateway = open_gateway(sandbox)
        gateway.tells_of_sandbox = tells_of_sandbox
        gateway.may_order = lambda: clock.passed_s >= HELD_S or gateway.handed_on > 0
        ledger = Ledger.open(url, now=clock.wall)
        account = EmpirioLabs("key", base_url=gateway.url, timeouts=Timeouts(post_s=3.0))
        await account.detect_sandbox()
        order, upload = account.order(PHOTO, Generation()), PhotoUpload(data=b"png!")
        with pytest.raises(OutcomeUnknown):
            await place_order(order, upload, account, ledger, clock=clock)
        job = await place_order(order, upload, account, ledger, clock=clock)
        sales = httpx.get(f"{sandbox}/sandbox/sales").json()["sales"]
        assert [sale["request_id"] for sale in sales] == [job.request_id]
        assert clock.passed_s >= 300.0
        await account.aclose()
        ledger.close()
