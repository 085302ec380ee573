"""A gateway that answers from its cache: an order is not bought again because an old list misses it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from vitrine.errors import OutcomeUnknown
from vitrine.ledger import Ledger
from vitrine.models import Blob, PhotoIdentity
from vitrine.providers import EmpirioLabs
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation
from vitrine.sandbox.app import create_app
from vitrine.sandbox.settings import SandboxSettings

PHOTO = PhotoIdentity.of(Blob(sha256="c" * 64, size_bytes=4, media_type="image/png"))


async def test_an_order_that_a_cached_list_misses_is_sold_once(
    url: str,
    serve_app: Callable[[Starlette], AbstractContextManager[str]],
    open_gateway: Callable[[str], Any],
) -> None:
    with serve_app(create_app(SandboxSettings(engine="stub", processes=0))) as sandbox:
        gateway = open_gateway(sandbox)
        gateway.cache = {}
        ledger = Ledger.open(url)
        account = EmpirioLabs("key", base_url=gateway.url)
        account.listing_delay_s = 0.0
        before = await account.recent_jobs(), await account.recent_charges()
        assert all(before), "both are in the cache now, and know nothing of the order"
        lost = {"kind": "answer", "status": 502, "accepted": True}
        httpx.post(f"{sandbox}/sandbox/faults", json=lost).raise_for_status()
        order, upload = account.order(PHOTO, Generation()), PhotoUpload(data=b"png!")
        with pytest.raises(OutcomeUnknown):
            await place_order(order, upload, account, ledger)
        job = await place_order(order, upload, account, ledger)
        sales = httpx.get(f"{sandbox}/sandbox/sales").json()["sales"]
        assert [sale["request_id"] for sale in sales] == [job.request_id]
        await account.aclose()
        ledger.close()
