"""The retry rules, row by row, over real sockets, for both providers: what is sold is never sold twice."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vitrine.errors import OutcomeUnknown, ProviderBusy, PurchaseHeld
from vitrine.ledger import Ledger
from vitrine.models import Blob, PhotoIdentity
from vitrine.providers import EmpirioLabs, Pixazo
from vitrine.providers.base import PhotoUpload
from vitrine.providers.http import outcome_table as outcome
from vitrine.providers.http.client import Timeouts
from vitrine.purchasing.place_order import place_order
from vitrine.recipe import Generation

Http = Callable[..., bytes]
PHOTO = PhotoIdentity.of(Blob(sha256="a" * 64, size_bytes=4, media_type="image/png"))
SMALL = b"png!"
LARGE = b"x" * 24_000_000  # more than all socket buffers on the way hold
PATIENT = Timeouts(connect_s=20, read_write_s=20, post_s=30)
"""Longer than a busy machine takes."""
IMPATIENT = {
    "connect-timeout": Timeouts(connect_s=0.5),
    "send-timeout": Timeouts(connect_s=20, read_write_s=0.5),
    "answer-timeout": Timeouts(connect_s=20, read_write_s=0.5),
}
"""For the rows whose service never goes on."""
RECEIPT = {"request_id": "r1", "job_id": "r1", "status": "queued"}
MADE = {"pixazo": Pixazo, "empiriolabs": EmpirioLabs}
ENVOY = b"upstream connect error or disconnect/reset before headers. reset reason: connection termination"

# What the provider does with a whole order, by row. Rows that never see one are below.
ANSWERS: dict[str, list[tuple[int, Any, dict[str, str]]]] = {
    "400": [(400, {"error": "Model not found", "message": "Model 'x' not found"}, {})],
    "401": [(401, {"error": {"message": "bad", "code": "invalid_api_key"}}, {}), (401, b"Access denied", {})],
    "402": [(402, {"error": "Insufficient Balance", "message": "Your wallet …"}, {})],
    "403": [(403, {"statusCode": 403, "message": "no"}, {})],
    "404": [(404, {"error": {"message": "m", "code": "model_not_found"}}, {})],
    "408": [(408, b"", {})],
    "409": [(409, {"error": "conflict"}, {})],
    "429": [
        (429, {"error": {"message": "slow", "code": "rate_limit_exceeded"}}, {"Retry-After": "7"}),
        (429, b"", {}),
    ],
    "4xx": [(413, b"<html>too large</html>", {}), (422, {"detail": [{"msg": "bad"}]}, {}), (451, b"", {})],
    "500": [(500, {"error": {"message": "oops"}}, {})],
    "502": [(502, b"<html><h1>502 Bad Gateway</h1></html>", {})],
    "503": [
        (503, b"<html><h1>503 Service Unavailable</h1></html>", {"Retry-After": "11"}),
        (503, {"error": {"message": "busy", "code": "model_unavailable"}}, {}),
    ],
    "503-upstream": [(503, ENVOY, {}), (503, {"error": {"message": "x", "code": "upstream_error"}}, {})],
    "504": [(504, b"<html>timeout</html>", {})],
    "5xx": [(520, b"", {})],
    "moved": [(301, b"", {"Location": "https://elsewhere.example/"}), (308, b"", {"Location": "/v2"})],
    "3xx": [(302, b"", {"Location": "/jobs/1"}), (303, b"", {"Location": "/jobs/1"})],
    "2xx-garbage": [(202, b'{"request_id": "r', {}), (200, b"<html>", {}), (204, b"", {}), (200, b"[]", {})],
    "2xx-no-id": [(202, {"status": "queued"}, {}), (202, {"error": {"message": "?"}}, {}), (200, {}, {})],
    "accepted": [(200, RECEIPT, {}), (202, RECEIPT, {})],
}
SILENT = {"answer-timeout", "answer-reset"}
ON_THE_WAY = {"connect-failed", "connect-timeout", "tls-failed", "send-timeout", "send-broken"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    yield opened
    opened.close()


async def _buy(
    provider: str, url: str, ledger: Ledger, data: bytes = SMALL, timeouts: Timeouts = PATIENT
) -> Any:
    account = MADE[provider]("key", base_url=url, name=provider, timeouts=timeouts)
    account.listing_delay_s = 0.0
    path = data.decode() if data is LARGE else "p.png"
    try:
        order = account.order(PHOTO, Generation())
        return await place_order(
            order, PhotoUpload(data=data, url=f"https://cdn.example/{path}"), account, ledger
        )
    finally:
        await account.aclose()


async def _check(
    event: str, provider: str, url: str, ledger: Ledger, service: Any, http: Http, data: bytes
) -> None:
    """Order twice: once as the row has it, once when all is well; the second must fit the row."""
    row, timeouts = outcome.TABLE[event], IMPATIENT.get(event, PATIENT)
    if row.error is None:
        job = await _buy(provider, url, ledger, data)
    else:
        with pytest.raises(row.error) as failure:
            await _buy(provider, url, ledger, data, timeouts)
        if event in ON_THE_WAY or event in SILENT:
            assert f"{event} (" in str(failure.value)
    (state,) = {ledger.get(key).state for key in _keys(ledger)}  # type: ignore[union-attr]
    assert state == row.state
    taken = len(service.posts)

    service.read_body = True
    service.react = lambda _: http(202, RECEIPT)
    if row.submitted == "unknown":
        service.react = lambda _: http(500)  # the job list cannot be read
        with pytest.raises(PurchaseHeld, match="vitrine ledger resolve"):
            await _buy(provider, service.url, ledger)
        assert len(service.posts) == taken <= 1
    elif row.resend:
        job = await _buy(provider, service.url, ledger)
        assert (job.request_id, job.reused) == ("r1", False)
        assert len(service.posts) == taken + 1
    else:
        again = await _buy(provider, service.url, ledger)
        assert (again.request_id, again.reused) == ("r1", True)
        assert len(service.posts) == taken == 1


def _keys(ledger: Ledger) -> list[str]:
    import sqlalchemy as sa

    from vitrine.ledger.schema import purchases

    with ledger.reading() as connection:
        return [row.key for row in connection.execute(sa.select(purchases.c.key))]


CASES = [
    pytest.param(event, provider, number, id=f"{event}-{number}-{provider}")
    for event, answers in ANSWERS.items()
    for number in range(len(answers))
    for provider in MADE
]


def test_every_row_of_the_table_is_tried() -> None:
    assert {*ANSWERS, *SILENT, *ON_THE_WAY} == set(outcome.TABLE)


@pytest.mark.parametrize(("event", "provider", "number"), CASES)
async def test_an_answer(
    event: str, provider: str, number: int, service: Any, http: Http, ledger: Ledger
) -> None:
    status, body, headers = ANSWERS[event][number]
    service.react = lambda _: http(status, body, headers)
    await _check(event, provider, service.url, ledger, service, http, SMALL)


@pytest.mark.parametrize("provider", MADE)
@pytest.mark.parametrize(
    "reaction", ["hang", "reset", "silent close", "half a head", "half a body", "garbage"]
)
async def test_no_response_after_the_order_was_sent(
    reaction: str, provider: str, service: Any, http: Http, ledger: Ledger
) -> None:
    reactions = {
        "close": None,
        "half a head": b"HTTP/1.1 202 Acc",
        "half a body": http(202, RECEIPT)[:-9],
        "garbage": b"\x00\x01\x02 what?\r\n\r\n",
    }
    response = reactions.get(reaction, reaction)
    service.react = lambda _: response
    event = "answer-timeout" if reaction == "hang" else "answer-reset"
    await _check(event, provider, service.url, ledger, service, http, SMALL)


async def test_a_refusal_stands_even_when_its_body_breaks_off(
    service: Any, http: Http, ledger: Ledger
) -> None:
    service.react = lambda _: http(429, b"slow", {"Retry-After": "7"}, length=4000)
    with pytest.raises(ProviderBusy) as busy:
        await _buy("empiriolabs", service.url, ledger)
    assert busy.value.retry_after_s == 7.0


@contextlib.contextmanager
def _closed_port() -> Iterator[str]:
    with socket.socket() as bound:  # bound, not listening: connections are refused
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextlib.contextmanager
def _full_port() -> Iterator[str]:
    """A port whose queue is full, so that a connection is neither made nor refused."""
    with socket.socket() as full, contextlib.ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(2):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        yield f"http://127.0.0.1:{full.getsockname()[1]}"


@contextlib.asynccontextmanager
async def _no_tls() -> AsyncIterator[str]:
    """A plain HTTP service where TLS is expected."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(16)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@contextlib.asynccontextmanager
async def _shut_mouth(*, breaks: bool) -> AsyncIterator[str]:
    """A service that reads a request's head, and then stops reading or resets the connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        if not breaks:
            await asyncio.sleep(30)
        writer.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=2**16)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


@pytest.mark.parametrize("provider", MADE)
@pytest.mark.parametrize("event", sorted(ON_THE_WAY))
async def test_proof_that_the_order_was_not_sent_completely(
    event: str, provider: str, service: Any, http: Http, ledger: Ledger
) -> None:
    data = LARGE if event.startswith("send") else SMALL
    async with contextlib.AsyncExitStack() as stack:
        match event:
            case "connect-failed":
                url = stack.enter_context(_closed_port())
            case "connect-timeout":
                url = stack.enter_context(_full_port())
            case "tls-failed":
                url = await stack.enter_async_context(_no_tls())
            case _:
                url = await stack.enter_async_context(_shut_mouth(breaks=event == "send-broken"))
        await _check(event, provider, url, ledger, service, http, data)


@pytest.mark.parametrize("provider", MADE)
async def test_an_order_times_out_though_bytes_still_come(provider: str, ledger: Ledger) -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for byte in b"HTTP/1.1 202 Accepted\r\n" + b"x" * 1000:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.1)

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(OutcomeUnknown, match="answer-timeout"):
        await _buy(provider, f"http://127.0.0.1:{port}", ledger, timeouts=Timeouts(post_s=2.0, get_s=0.1))
    server.close()
