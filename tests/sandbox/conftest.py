"""A sandbox on a free port of loopback, and photos to send to it."""

from __future__ import annotations

import base64
import io
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from PIL import Image, ImageDraw

from vitrine.sandbox import SandboxSettings, create_app

KEY = {"Authorization": "Bearer sk-1234"}


@contextmanager
def running() -> Iterator[Callable[..., httpx.Client]]:
    started: list[tuple[uvicorn.Server, threading.Thread, httpx.Client]] = []

    def start(**settings: object) -> httpx.Client:
        given = SandboxSettings.model_validate({"engine": "stub", "processes": 0} | settings)
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(create_app(given), log_level="error", lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        give_up = time.monotonic() + 10
        while not server.started and time.monotonic() < give_up:
            time.sleep(0.005)
        assert server.started
        client = httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=20)
        started.append((server, thread, client))
        return client

    yield start
    for server, _, client in started:
        client.close()
        server.should_exit = server.force_exit = True
    for _, thread, _ in started:
        thread.join(10)


@pytest.fixture
def sandbox() -> Iterator[Callable[..., httpx.Client]]:
    """`sandbox(**settings)` starts a sandbox and returns an HTTP client; models are stubs by default."""
    with running() as start:
        yield start


@pytest.fixture
def start_process() -> Iterator[Callable[..., tuple[subprocess.Popen[str], httpx.Client]]]:
    """`start_process(*options)` starts `python -m vitrine.sandbox`; returns the process and a client."""
    started: list[tuple[subprocess.Popen[str], httpx.Client]] = []

    def start(*options: str) -> tuple[subprocess.Popen[str], httpx.Client]:
        command = [sys.executable, "-m", "vitrine.sandbox", "--port", "0", *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("vitrine sandbox listening on http://127.0.0.1:")
        started.append((process, httpx.Client(base_url=line.split()[-1], timeout=20)))
        return started[-1]

    yield start
    for process, client in started:
        client.close()
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def plain() -> Iterator[httpx.Client]:
    """One sandbox with default settings, shared by the tests of a file that do not change its state."""
    with running() as start:
        yield start()


@pytest.fixture(scope="session")
def cup() -> bytes:
    """A red cup with a handle, cut out, 400 × 400 px PNG: one body, one hole."""
    image = Image.new("RGBA", (1600, 1600), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((900, 500, 1450, 1100), fill=(160, 30, 30, 255))
    draw.ellipse((1020, 620, 1330, 980), fill=(0, 0, 0, 0))
    draw.rounded_rectangle((250, 300, 1100, 1350), 120, fill=(200, 40, 40, 255))
    draw.rectangle((250, 650, 1100, 800), fill=(240, 230, 210, 255))
    return _png(image.resize((400, 400), Image.Resampling.LANCZOS))


@pytest.fixture(scope="session")
def dot() -> bytes:
    """The smallest valid photo, for jobs whose model does not matter."""
    return _png(Image.new("RGBA", (2, 2), (255, 0, 0, 128)))


@pytest.fixture
def photo_server(tmp_path: Path, cup: bytes) -> Iterator[str]:
    """The URL `http://…/cup.png` on a web server, as a shop has one."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None: ...

    (tmp_path / "cup.png").write_bytes(cup)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/cup.png"
    server.shutdown()
    thread.join(5)


@pytest.fixture(scope="session")
def order(data_uri: Callable[[bytes], str], dot: bytes) -> dict[str, str]:
    """The fields of a valid order at EmpirioLabs."""
    return {"model": "trellis-2-4b", "image": data_uri(dot)}


@pytest.fixture(scope="session")
def submit() -> Callable[..., httpx.Response]:
    """`submit(client, order, headers, **more)` orders at EmpirioLabs, with a valid key by default."""

    def submit(
        client: httpx.Client, order: dict[str, str], headers: dict[str, str] = KEY, **more: object
    ) -> httpx.Response:
        return client.post("/v1/3d/generations", json=order | more, headers=headers)

    return submit


@pytest.fixture(scope="session")
def data_uri() -> Callable[[bytes], str]:
    """`data_uri(png)` encodes a PNG as a base64 data URI."""
    return lambda png: "data:image/png;base64," + base64.b64encode(png).decode()


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
