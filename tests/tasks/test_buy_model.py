"""Over real sockets: what a provider says decides whether the order is sent again."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from prefect import get_client
from pydantic import SecretStr

from blocks.accounts import EmpirioLabsAccount, PixazoAccount
from tasks import destination
from tasks.buy_model import buy_model
from tasks.job_slot import job_slot, limit_name
from tasks.resources import work_store
from tests.fixtures.ledgers import prepared_photo
from vitrine.errors import ConfigError, OutcomeUnknown, ProviderRefused, PurchaseHeld
from vitrine.models import Job
from vitrine.recipe import Generation

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("prefect_server", "home")]

HANG_UP = 0


class Provider(ThreadingHTTPServer):
    """Answers orders with the given statuses in turn, then accepts them; counts the orders it gets."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.statuses: list[int] = []
        self.orders: list[dict[str, object]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Desk(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.orders.append(json.loads(body))
        status = self.server.statuses.pop(0) if self.server.statuses else 202
        if status == HANG_UP:
            self.connection.close()
            return
        number = len(self.server.orders)
        said = {"job_id": f"job-{number}", "request_id": f"job-{number}", "status": "queued"}
        answer = json.dumps(said if status == 202 else {"error": {"message": "no"}}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.send_header("Retry-After", "0")
        self.end_headers()
        self.wfile.write(answer)

    def do_GET(self) -> None:
        """Says that it is a sandbox, so that lost orders are looked up soon, and knows nothing else."""
        self.send_response(200 if self.path == "/sandbox/health" else 404)
        self.send_header("X-Vitrine-Sandbox", "1")
        self.send_header("X-Vitrine-Sandbox-Port", str(self.server.server_port))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        del args


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.chdir(tmp_path)
    server = Provider()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    for name in ("PIXAZO", "EMPIRIOLABS"):
        monkeypatch.setenv(f"{name}_API_KEY", "k")
        monkeypatch.setenv(f"{name}_BASE_URL", server.url)
    yield server
    server.shutdown()
    server.server_close()


async def order(account: str = "empiriolabs", to: str = "public") -> Job:
    blob = work_store().put(b"\x89PNG a photo", "image/png")
    photo = prepared_photo(blob)
    impatient = buy_model.with_options(retry_delay_seconds=0.01)
    job = await impatient(photo, Generation(), account, to, "mug")
    assert isinstance(job, Job)
    return job


async def test_a_second_run_finds_the_receipt(provider: Provider) -> None:
    first, second = await order(), await order()
    assert (first.reused, second.reused) == (False, True)
    assert first.request_id == second.request_id
    assert len(provider.orders) == 1


async def test_busy_is_tried_again(provider: Provider) -> None:
    provider.statuses = [429, 503]
    job = await order()
    assert job.request_id == "job-3"
    assert len(provider.orders) == 3


async def test_refused_is_not(provider: Provider) -> None:
    provider.statuses = [402]
    with pytest.raises(ProviderRefused):
        await order()
    assert len(provider.orders) == 1


async def test_the_job_has_its_place_at_the_account_that_took_the_order(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITRINE_PUBLIC_URL", "https://cdn.example/3d")
    monkeypatch.setenv("VITRINE_CHECK_PUBLIC_URL", "off")
    public = str(tmp_path / "public")
    provider.statuses = [402]  # empiriolabs' wallet is empty
    await EmpirioLabsAccount(api_key=SecretStr("k"), base_url=provider.url).asave("slots", overwrite=True)
    await PixazoAccount(api_key=SecretStr("k"), base_url=provider.url).asave("slots", overwrite=True)
    accounts = ("block:empiriolabs-account/slots", "block:pixazo-account/slots")
    both = ",".join(accounts)
    async with get_client() as client:
        for account in accounts:
            await client.upsert_global_concurrency_limit_by_name(limit_name(account), 5)

        async def taken() -> list[int]:
            read = client.read_global_concurrency_limit_by_name
            return [(await read(limit_name(account))).active_slots for account in accounts]

        async with job_slot():
            assert (await order(both, public)).provider.startswith("pixazo")
            assert await taken() == [0, 1]
        assert await taken() == [0, 0]
        async with job_slot():
            assert (await order(both, public)).reused
            assert await taken() == [0, 1]


async def test_silence_is_never_answered_with_another_order(provider: Provider) -> None:
    provider.statuses = [HANG_UP]
    with pytest.raises(OutcomeUnknown):
        await order()
    with pytest.raises(PurchaseHeld, match="may have been bought"):
        await order()
    assert len(provider.orders) == 1


async def test_pixazo_gets_a_link_to_the_photo(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VITRINE_PUBLIC_URL", "https://cdn.example/3d")
    monkeypatch.setenv("VITRINE_CHECK_PUBLIC_URL", "off")
    await order("pixazo", str(tmp_path / "public"))
    (sent,) = provider.orders
    url = str(sent["image_url"])
    assert url.startswith("https://cdn.example/3d/blobs/")
    assert (
        tmp_path / "public" / url.removeprefix("https://cdn.example/3d/")
    ).read_bytes() == b"\x89PNG a photo"


async def test_nothing_is_ordered_for_a_destination_that_takes_nothing(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"cannot publish to .*so nothing is bought"):
        await order(to=str(tmp_path / "file" / "public"))
    monkeypatch.setenv("VITRINE_PUBLIC_URL", f"{provider.url}/nowhere")
    with pytest.raises(ConfigError, match=r"readers cannot open .*/nowhere/vitrine-check"):
        await order(to=str(tmp_path / "public"))
    assert provider.orders == []


async def test_a_destination_is_checked_once_in_a_while(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks: list[str] = []
    monkeypatch.setattr(destination, "check_bucket", lambda bucket, public: checks.append(bucket.root))  # noqa: ARG005
    for _ in range(2):
        await order(to=str(tmp_path / "public"))
    assert checks == [str(tmp_path / "public")]
    monkeypatch.setattr(destination, "CHECKED_FOR_S", -1.0)
    await order(to=str(tmp_path / "public"))
    assert len(checks) == 2
    assert len(provider.orders) == 1
