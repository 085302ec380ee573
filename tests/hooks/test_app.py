"""Callbacks over real HTTP, from the sandbox and from people who mean no good."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from vitrine.hooks import create_app
from vitrine.ledger import Ledger
from vitrine.models import Blob, Job, PhotoIdentity
from vitrine.providers import Pixazo
from vitrine.providers.base import PhotoUpload
from vitrine.purchasing.fetch_model import fetch_model
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation
from vitrine.sandbox.app import create_app as create_sandbox
from vitrine.sandbox.settings import SandboxSettings
from vitrine.storage import LocalBucket, WorkStore


class Shop:
    """A sandbox that calls back, and somebody who buys there."""

    def __init__(self, sandbox: str, ledger: Ledger, home: Path) -> None:
        self.sandbox, self.ledger = sandbox, ledger
        self.store = WorkStore(LocalBucket(home / "work"), home / "cache")
        self.account = Pixazo("k", base_url=sandbox, name="pixazo")
        self.account.typical_s, self.account.poll_s = 600.0, 0.05

    async def buy(self, name: str = "p") -> Job:
        photo = PhotoIdentity.of(
            Blob(sha256=name.encode().hex().rjust(64, "0"), size_bytes=1, media_type="image/png")
        )
        upload = PhotoUpload(data=b"png", url=f"{self.sandbox}/sandbox/health")
        return await place_order(self.account.order(photo, Generation()), upload, self.account, self.ledger)

    async def bring(self, job: Job, deadline_s: float = 20) -> Blob:
        try:
            return (await fetch_model(job, self.account, self.ledger, self.store, deadline_s)).raw
        finally:
            await self.account.aclose()

    def token(self, job: Job) -> str:
        purchase = self.ledger.get(job.key)
        assert purchase is not None
        assert purchase.hook_token is not None
        return purchase.hook_token

    @property
    def questions(self) -> int:
        reported = httpx.get(f"{self.sandbox}/sandbox/requests").json()["by_route"]
        return int(reported.get("GET /v2/requests/status/{request_id}", 0))

    def fault(self, kind: str) -> None:
        httpx.post(f"{self.sandbox}/sandbox/faults", json={"kind": kind}).raise_for_status()


@pytest.fixture
def hooks(tmp_path: Path, serve_app: Any) -> Iterator[tuple[str, Ledger]]:
    """The callbacks, mounted below a path of somebody else's application."""
    ledger = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    with serve_app(Starlette(routes=[Mount("/hooks", create_app(ledger))])) as url:
        ledger.hooks_url = f"{url}/hooks"
        yield ledger.hooks_url, ledger
    ledger.close()


@pytest.fixture
def shop(hooks: tuple[str, Ledger], tmp_path: Path, serve_app: Any) -> Iterator[Shop]:
    settings = SandboxSettings(engine="stub", processes=0, latency_s=1.0)
    with serve_app(create_sandbox(settings)) as url:
        yield Shop(url, hooks[1], tmp_path)


@pytest.mark.parametrize("fault", [None, "repeat-webhook", "early-webhook"])
async def test_a_callback_makes_the_wait_poll(shop: Shop, fault: str | None) -> None:
    if fault:
        shop.fault(fault)
    start = time.monotonic()
    job = await shop.buy()
    await shop.bring(job)
    assert time.monotonic() - start < 8  # the safety net alone would ask after 300 s
    assert shop.questions <= 3
    assert shop.ledger.get(job.key).state == "fetched"  # type: ignore[union-attr]


async def test_a_forged_callback_changes_nothing(shop: Shop, hooks: tuple[str, Ledger]) -> None:
    shop.fault("stuck-job")
    job = await shop.buy()
    lie = {"status": "COMPLETED", "output": {"media_url": ["http://evil.example/virus.glb"]}}
    with httpx.Client() as attacker:
        assert (
            attacker.post(f"{hooks[0]}/{shop.token(job)}", json=lie).status_code == 204
        )  # even with the token
        assert attacker.post(f"{hooks[0]}/{'x' * 43}", json=lie).status_code == 404
        assert attacker.post(f"{hooks[0]}/{job.request_id}", json=lie).status_code == 404
        assert attacker.get(f"{hooks[0]}/{shop.token(job)}").status_code == 405
        assert attacker.post(f"{hooks[0]}/{shop.token(job)}", content=b"\xff" * 100_000).status_code == 204
    with pytest.raises(Exception, match="is not done after"):
        await shop.bring(job, deadline_s=2.5)
    assert shop.ledger.get(job.key).state == "submitted"  # type: ignore[union-attr]


async def test_every_job_has_its_own_secret_token(shop: Shop) -> None:
    tokens = [shop.token(await shop.buy(name)) for name in ("a", "b")]
    assert len(set(tokens)) == 2
    assert min(map(len, tokens)) >= 43  # 256 bits


async def test_without_the_ledger_a_callback_gets_503_and_retry_after(hooks: tuple[str, Ledger]) -> None:
    url, ledger = hooks
    with ledger.transaction() as connection:
        connection.exec_driver_sql("DROP TABLE purchases")
    answer = httpx.post(f"{url}/some-token")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert httpx.get(f"{url}/health").text == "ok\n"


async def test_without_a_hooks_url_no_webhook_is_requested(shop: Shop) -> None:
    shop.ledger.hooks_url = None
    job = await shop.buy()
    assert shop.ledger.get(job.key).hook_token is None  # type: ignore[union-attr]
    await shop.account.aclose()
