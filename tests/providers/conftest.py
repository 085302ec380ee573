"""A small HTTP service on loopback that answers as a test tells it, and a shop at the sandbox."""

from __future__ import annotations

import asyncio
import contextlib
import json
import struct
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from vitrine.ledger import Ledger, Purchase
from vitrine.ledger.age import uptime_s
from vitrine.models import Blob, Job, PhotoIdentity
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.base import PhotoUpload
from vitrine.providers.http.client import Timeouts
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation
from vitrine.sandbox.app import create_app
from vitrine.sandbox.settings import SandboxSettings
from vitrine.storage import LocalBucket, WorkStore

PNG = b"\x89PNG any bytes will do for the stub engine"
PHOTO = PhotoIdentity.of(Blob(sha256="a" * 64, size_bytes=len(PNG), media_type="image/png"))
PATIENT = Timeouts(connect_s=20, read_write_s=20, post_s=30, get_s=30, download_s=30)
"""Longer than a busy machine takes: no fault at this shop is one of time."""

Reaction = bytes | str | None
"""Bytes are written as they are; `reset`, `hang`, or `None`: closed in silence."""


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Service:
    """`react(request)` decides; `requests` holds what came whole."""

    react: Callable[[Request], Reaction] = lambda _: None
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    read_body: bool = True
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            method, path, _ = first.split(" ")
            headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}
            if not self.read_body:
                await asyncio.sleep(30)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Request(method, path, headers, body)
            self.requests.append(request)
            reaction = self.react(request)
            if reaction == "hang":
                await asyncio.sleep(30)
            if reaction == "reset":
                writer.transport.abort()
            if isinstance(reaction, bytes):
                writer.write(reaction)
                await writer.drain()
        writer.close()


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made = Service()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0, limit=2**24)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()


def answer(
    status: int, body: Any = b"", headers: dict[str, str] | None = None, *, length: int | None = None
) -> bytes:
    """An HTTP answer; a dict becomes JSON; `length` lies about its size."""
    data = json.dumps(body).encode() if isinstance(body, dict | list) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(data) if length is None else length}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + data


def glb(payload: bytes = b"{}  ") -> bytes:
    """The smallest thing with a GLB's header and length."""
    chunk = struct.pack("<II", len(payload), 0x4E4F534A) + payload
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunk)) + chunk


@pytest.fixture
def http() -> Callable[..., bytes]:
    return answer


@pytest.fixture
def tiny_glb() -> bytes:
    return glb()


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
        account = made(key, base_url=self.url, name=self.provider, timeouts=PATIENT)
        account.poll_s = account.typical_s = 0.02
        account.requests_per_minute = None
        account.listing_delay_s = 0.0
        return account

    async def buy(self, key: str = "key-1", attempt: int = 1, generation: Generation | None = None) -> Job:
        account = self.account(key)
        try:
            order = account.order(PHOTO, generation or Generation(), attempt=attempt)
            return await place_order(order, PhotoUpload(data=PNG, url=self.photo_url), account, self.ledger)
        finally:
            await account.aclose()

    async def bring(self, job: Job, deadline_s: float = 300.0, key: str = "key-1") -> bytes:
        account = self.account(key)
        try:
            clock = FastClock()
            delivery = await fetch_model(job, account, self.ledger, self.store, deadline_s, clock=clock)
            return self.store.read(delivery.raw)
        finally:
            await account.aclose()

    def fault(self, kind: str, **fields: Any) -> None:
        httpx.post(f"{self.url}/sandbox/faults", json={"kind": kind, **fields}).raise_for_status()

    def later(self, hours: float) -> None:
        """Let so many hours pass, by all clocks but the sandbox's."""
        self.ledger.now = lambda: datetime.now(UTC) + timedelta(hours=hours)  # type: ignore[method-assign]
        self.ledger.uptime_s = lambda: uptime_s() + hours * 3600

    def sales(self) -> int:
        return int(httpx.get(f"{self.url}/sandbox/sales").json()["count"])

    def purchase(self, job: Job) -> Purchase:
        purchase = self.ledger.get(job.key)
        assert purchase is not None
        return purchase

    def state(self, job: Job) -> str:
        return self.purchase(job).state


@pytest.fixture(params=["pixazo", "empiriolabs"])
async def open_shop(
    request: pytest.FixtureRequest, tmp_path: Path, service: Service, serve_app: Any
) -> AsyncIterator[Callable[..., Shop]]:
    """Opens a shop with sandbox settings of one's choice."""
    service.react = lambda _: answer(200, PNG)
    opened = contextlib.ExitStack()

    def open_(**settings: Any) -> Shop:
        app = create_app(SandboxSettings(engine="stub", processes=0, **settings))
        url = opened.enter_context(serve_app(app))
        ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
        store = WorkStore(LocalBucket(tmp_path / "work"), tmp_path / "cache")
        return Shop(request.param, url, service.url + "/p.png", ledger, store)

    with opened:
        yield open_
