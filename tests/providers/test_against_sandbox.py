"""Both adapters against the sandbox over real HTTP: each trouble ends in its named error, or is overcome."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from vitrine.errors import (
    DownloadFailed,
    JobExpired,
    JobFailed,
    JobLate,
    OutcomeUnknown,
    ProviderBusy,
    ProviderRefused,
    PurchaseHeld,
)
from vitrine.ledger import Ledger
from vitrine.ledger.bring_home import bring_home
from vitrine.ledger.buy import buy
from vitrine.models import Blob, Job
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.base import Picture
from vitrine.providers.wire import Timeouts
from vitrine.recipe import Generation
from vitrine.sandbox.app import create_app
from vitrine.sandbox.settings import EmpirioLabsReading, PixazoReading, SandboxSettings
from vitrine.storage import LocalBucket, WorkStore

PNG = b"\x89PNG any bytes will do for the stub engine"
PHOTO = Blob(sha256="a" * 64, size_bytes=len(PNG), media_type="image/png")
QUICK = Timeouts(connect_s=1, silence_s=1, order_s=3, question_s=3, download_s=3)


@contextmanager
def _sandbox(**settings: Any) -> Iterator[str]:
    """A sandbox on a free port, in a thread of its own."""
    app = create_app(SandboxSettings(engine="stub", processes=0, **settings))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(5)
    listener.close()


class FastClock:
    """Fifty seconds a second."""

    def now(self) -> float:
        return time.monotonic() * 50

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 50)


@dataclass
class Shop:
    """Everything one needs to buy a model of one photo from one provider."""

    provider: str
    url: str
    photo_url: str
    ledger: Ledger
    store: WorkStore

    def account(self, key: str = "key-1") -> Any:
        made = {"pixazo": Pixazo, "empiriolabs": EmpirioLabs}[self.provider]
        account = made(key, base_url=self.url, name=self.provider, timeouts=QUICK)
        account.poll_s = account.typical_s = 0.02
        account.settle_s = 0.0
        return account

    async def buy(self, key: str = "key-1", attempt: int = 1) -> Job:
        account = self.account(key)
        try:
            order = account.order(PHOTO, Generation(), attempt=attempt)
            return await buy(order, Picture(data=PNG, url=self.photo_url), account, self.ledger)
        finally:
            await account.aclose()

    async def bring(self, job: Job, deadline_s: float = 300.0, key: str = "key-1") -> bytes:
        account = self.account(key)
        try:
            clock = FastClock()
            blob = await bring_home(job, account, self.ledger, self.store, deadline_s, clock=clock)
            return self.store.read(blob)
        finally:
            await account.aclose()

    def fault(self, kind: str, **fields: Any) -> None:
        httpx.post(f"{self.url}/sandbox/faults", json={"kind": kind, **fields}).raise_for_status()

    def sales(self) -> int:
        return int(httpx.get(f"{self.url}/sandbox/sales").json()["count"])

    def state(self, job: Job) -> str:
        purchase = self.ledger.get(job.key)
        assert purchase is not None
        return purchase.state


@pytest.fixture(params=["pixazo", "empiriolabs"])
async def open_shop(request: pytest.FixtureRequest, tmp_path: Path, service: Any, http: Any) -> Any:
    """Opens a shop with sandbox settings of one's choice."""
    service.react = lambda _: http(200, PNG)
    opened: list[Any] = []

    def open_(**settings: Any) -> Shop:
        sandbox = _sandbox(**settings)
        opened.append(sandbox)
        ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
        store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
        return Shop(request.param, sandbox.__enter__(), service.url + "/p.png", ledger, store)

    yield open_
    for sandbox in opened:
        sandbox.__exit__(None, None, None)


async def test_the_happy_path(open_shop: Any) -> None:
    shop = open_shop(keys=["key-1"], latency_s=0.2)
    job = await shop.buy()
    glb = await shop.bring(job)
    assert glb[:4] == b"glTF"
    assert shop.state(job) == "fetched"
    again = await shop.buy()
    assert (again.request_id, again.reused) == (job.request_id, True)
    assert await shop.bring(again) == glb
    assert shop.sales() == 1
    counted = httpx.get(f"{shop.url}/sandbox/requests").json()
    assert counted["downloads_with_key"] == 0
    told = httpx.get(f"{shop.url}/sandbox/sales").json()["sales"][0]
    purchase = shop.ledger.get(job.key)
    assert told["settings"].items() >= purchase.settings.items()
    assert (told["request_id"], told["price_usd"]) == (job.request_id, str(purchase.price_usd))


@pytest.mark.parametrize(
    "readings",
    [
        {
            "pixazo": PixazoReading(media_url="string", lower_case_status=True),
            "empiriolabs": EmpirioLabsReading(poll_url="absolute", accepted_status=202, statuses="observed"),
        },
        {"empiriolabs": EmpirioLabsReading(poll_url="missing", result="output", statuses="upper")},
        {"empiriolabs": EmpirioLabsReading(result="models", accepted_status=201)},
        {"empiriolabs": EmpirioLabsReading(result="bare")},
    ],
)
async def test_every_reading_of_what_the_documentation_leaves_open(open_shop: Any, readings: Any) -> None:
    shop = open_shop(**readings)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"


@pytest.mark.parametrize("error", ["object", "string", "message"])
async def test_a_failed_job(open_shop: Any, error: Any) -> None:
    shop = open_shop(empiriolabs=EmpirioLabsReading(error=error))
    shop.fault("fail-job")
    job = await shop.buy()
    with pytest.raises(JobFailed, match="out of memory"):
        await shop.bring(job)
    assert shop.state(job) == "failed"
    with pytest.raises(JobFailed, match="raise the attempt above 1"):
        await shop.buy()
    assert (await shop.bring(await shop.buy(attempt=2)))[:4] == b"glTF"
    assert shop.sales() == 2


@pytest.mark.parametrize("gateway", [True, False])
async def test_a_wrong_key(open_shop: Any, gateway: bool) -> None:
    shop = open_shop(keys=["key-1"], pixazo=PixazoReading(gateway_errors=gateway))
    with pytest.raises(ProviderRefused, match=r"401.*check the account's API key") as refusal:
        await shop.buy(key="wrong")
    assert refusal.value.status == 401
    assert "wrong" not in str(refusal.value)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"


async def test_an_empty_wallet(open_shop: Any) -> None:
    shop = open_shop(wallets_usd={"key-1": "0.01"})
    with pytest.raises(ProviderRefused, match=r"402.*top up") as refusal:
        await shop.buy()
    assert (refusal.value.status, shop.sales()) == (402, 0)


async def test_too_many_requests_with_retry_after(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("answer", status=429, retry_after_s=7)
    with pytest.raises(ProviderBusy) as busy:
        await shop.buy()
    assert busy.value.retry_after_s == 7
    shop.fault("answer", status=429, retry_after_s=0, on="status", times=2)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert shop.sales() == 1


async def test_a_503_with_an_html_body(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("answer", status=503, body="html")
    with pytest.raises(ProviderBusy, match="HTTP 503: 503 Service Temporarily Unavailable"):
        await shop.buy()
    shop.fault("answer", status=503, body="html", on="status", times=2)
    assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert shop.sales() == 1


async def test_an_expired_job(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("lose-job")
    job = await shop.buy()
    with pytest.raises(JobExpired, match="404"):
        await shop.bring(job)
    assert shop.state(job) == "expired"
    with pytest.raises(JobExpired, match="raise the attempt"):
        await shop.buy()
    assert shop.sales() == 1


@pytest.mark.parametrize("kind", ["truncate", "reset", "garbage", "expired-link", "drop"])
async def test_a_download_that_breaks_is_fetched_again(open_shop: Any, kind: str) -> None:
    shop = open_shop()
    shop.fault(kind, on="download")
    job = await shop.buy()
    assert (await shop.bring(job))[:4] == b"glTF"
    assert (shop.state(job), shop.sales()) == ("fetched", 1)


async def test_a_download_that_stays_truncated(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("truncate-job")
    job = await shop.buy()
    with pytest.raises(DownloadFailed, match=r"the download broke after [\d,]+ bytes"):
        await shop.bring(job)
    assert shop.state(job) == "completed"  # paid, still there: the next run tries again


async def test_an_unknown_status(open_shop: Any, caplog: pytest.LogCaptureFixture) -> None:
    shop = open_shop()
    shop.fault("odd-status")
    with caplog.at_level(logging.WARNING, "vitrine"):
        assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert "unknown status 'HIBERNATING'" in caplog.text


async def test_a_job_that_never_ends(open_shop: Any) -> None:
    shop = open_shop()
    shop.fault("stuck-job")
    job = await shop.buy()
    with pytest.raises(JobLate, match="next run picks it up"):
        await shop.bring(job, deadline_s=30)
    assert shop.state(job) == "submitted"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset"},
        {"kind": "garbage"},
        {"kind": "no-id"},
        {"kind": "drop", "accepted": True},
        {"kind": "stall", "accepted": True, "delay_s": 2},
        {"kind": "answer", "accepted": True, "status": 500},
        {"kind": "answer", "accepted": True, "status": 502, "body": "html"},
        {"kind": "answer", "accepted": True, "status": 503, "body": "text"},
        {"kind": "answer", "accepted": True, "status": 504, "body": "html"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}",
)
async def test_what_was_sold_in_silence_is_never_sold_twice(open_shop: Any, fault: dict[str, Any]) -> None:
    shop = open_shop()
    shop.fault(**fault)
    with pytest.raises(OutcomeUnknown):
        await shop.buy()
    assert shop.sales() == 1
    if shop.provider == "pixazo":  # nobody to ask: held for a person
        with pytest.raises(PurchaseHeld, match=r"the provider lists no jobs.*vitrine ledger resolve"):
            await shop.buy()
    else:  # found in the provider's list
        assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
    assert shop.sales() == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "drop"}, {"kind": "stall", "delay_s": 2}, {"kind": "answer", "status": 500}]
)
async def test_what_was_not_sold_in_silence_is_sold_once_after_all(
    open_shop: Any, fault: dict[str, Any]
) -> None:
    shop = open_shop()
    shop.fault(**fault)
    with pytest.raises(OutcomeUnknown):
        await shop.buy()
    assert shop.sales() == 0
    if shop.provider == "pixazo":
        with pytest.raises(PurchaseHeld):
            await shop.buy()
        assert shop.sales() == 0
    else:
        assert (await shop.bring(await shop.buy()))[:4] == b"glTF"
        assert shop.sales() == 1
