"""Idle connections, slow clients and large bodies leave room and memory for others."""

from __future__ import annotations

import resource
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from vitrine.hooks import create_app, server
from vitrine.ledger import Ledger
from vitrine.publishing.pages import connections
from vitrine.publishing.pages.serve import serve_folder

CROWD = 800


def rss_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def send_body(address: tuple[str, int], head: bytes, size_bytes: int) -> bytes:
    """Send a large body, as far as the server takes it; return the start of its answer."""
    with socket.create_connection(address, timeout=20) as client:
        client.sendall(head + b"Content-Length: %d\r\n\r\n" % size_bytes)
        block = bytes(1 << 16)
        try:
            for _ in range(size_bytes >> 16):
                client.sendall(block)
        except OSError:
            pass
        try:
            return client.recv(100)
        except OSError:
            return b""


@pytest.fixture
def _files() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 2 * CROWD + 300:
        pytest.skip("this process may not open so many sockets")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2 * CROWD + 300), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Starlette]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    yield create_app(opened, server.allowed_hosts("127.0.0.1", "https://hooks.shop.example/vitrine"))
    opened.close()


@pytest.fixture
def hooks(app: Starlette, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(server, "HEADER_S", 3.0)
    listener = socket.create_server(("127.0.0.1", 0), backlog=CROWD)
    running = uvicorn.Server(server.server_config(app))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()
    running.should_exit = True
    thread.join(20)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[tuple[str, int]]:
    (tmp_path / "index.html").write_text("hello")
    with serve_folder(tmp_path) as served:
        yield "127.0.0.1", int(served.url.rpartition(":")[2])


def crowd(stack: ExitStack, address: tuple[str, int], count: int, start: bytes) -> list[socket.socket]:
    clients = []
    for _ in range(count):
        client = stack.enter_context(socket.create_connection(address, timeout=20))
        client.sendall(start)
        clients.append(client)
    return clients


@pytest.mark.usefixtures("_files")
@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "])
@pytest.mark.parametrize("name", ["hooks", "folder"])
def test_a_crowd_of_silent_clients_keeps_nobody_out(
    request: pytest.FixtureRequest, name: str, start: bytes
) -> None:
    address = request.getfixturevalue(name)
    path = "/health" if name == "hooks" else "/index.html"
    before = rss_bytes()
    with ExitStack() as stack:
        clients = crowd(stack, address, CROWD, start)
        for _ in range(5):
            answer = httpx.get(f"http://{address[0]}:{address[1]}{path}", timeout=20)
            assert answer.status_code == 200
        assert rss_bytes() - before < 150_000_000
        if name == "hooks":  # the deadline for a request has ended them
            assert clients[0].recv(100) == b""
        else:
            assert threading.active_count() < connections.MAX_CONNECTIONS + 50


@pytest.mark.parametrize("name", ["hooks", "folder"])
@pytest.mark.parametrize("method", [b"POST /token", b"GET /health", b"PUT /index.html"])
def test_a_body_of_80_mb_is_not_kept(request: pytest.FixtureRequest, name: str, method: bytes) -> None:
    address = request.getfixturevalue(name)
    before = rss_bytes()
    answer = send_body(address, method + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n", 80_000_000)
    assert answer.startswith(b"HTTP/1.1 ") or answer == b""
    assert rss_bytes() - before < 30_000_000
    path = "/health" if name == "hooks" else "/index.html"
    assert httpx.get(f"http://{address[0]}:{address[1]}{path}", timeout=20).status_code == 200


@pytest.mark.parametrize("name", ["hooks", "folder"])
@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("127.0.0.1", True),
        ("localhost:99", True),
        ("LOCALHOST", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
    ],
)
def test_the_host_header_has_to_name_this_machine(
    request: pytest.FixtureRequest, name: str, host: str, answered: bool
) -> None:
    address = request.getfixturevalue(name)
    path = "/health" if name == "hooks" else "/index.html"
    answer = httpx.get(f"http://{address[0]}:{address[1]}{path}", headers={"Host": host}, timeout=20)
    assert (answer.status_code == 200) == answered


@pytest.mark.parametrize(("host", "status"), [("hooks.shop.example", 200), ("other.example", 400)])
async def test_callbacks_may_come_under_the_public_name(app: Starlette, host: str, status: int) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        assert (await client.get("/health", headers={"Host": host})).status_code == status
