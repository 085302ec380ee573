"""`fetch_photo`, from files, from a real HTTP server on loopback, and from an S3 emulator."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import numpy as np
import pytest

from vitrine.errors import PhotoError, PhotoUnreachable
from vitrine.photos.fetch import fetch_photo
from vitrine.recipe import PhotoOptions

OPTIONS = PhotoOptions(max_bytes=5_000, fetch_timeout_s=5)


class Shop:
    """A small HTTP server that answers by path, and remembers what it was asked."""

    def __init__(self, photo: bytes) -> None:
        self.photo = photo
        self.headers: list[dict[str, str]] = []
        self.sent_bytes = 0
        self.release = threading.Event()
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shop.headers.append({name.lower(): value for name, value in self.headers.items()})
                shop.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        path = to.path.split("?")[0]
        status, body, headers = 200, self.photo, {}
        if path.startswith("/status/"):
            status, body = int(path.rpartition("/")[2]), b"<html>sorry</html>"
        elif path == "/page":
            body = b"<!doctype html><html>not a photo</html>"
        elif path == "/moved":
            status, headers = 302, {"Location": "/photo.png"}
        elif path == "/circle":
            status, headers = 302, {"Location": "/circle"}
        elif path == "/file":
            status, headers = 302, {"Location": "file:///etc/hostname"}
        elif path == "/silent":
            self.release.wait(10)
            return
        to.send_response(status)
        for name, value in headers.items():
            to.send_header(name, value)
        if path == "/endless":
            to.end_headers()
            try:
                for _ in range(10_000):
                    to.wfile.write(bytes(1_000))
                    self.sent_bytes += 1_000
            except OSError:
                pass
            return
        cut = 2 if path == "/cut" else 1
        to.send_header("Content-Length", str(len(body)))
        to.end_headers()
        to.wfile.write(body[: len(body) // cut])

    def close(self) -> None:
        self.release.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def photo(encode: Callable) -> bytes:
    data: bytes = encode(np.full((9, 9, 3), 77, np.uint8))
    return data


@pytest.fixture
def shop(photo: bytes) -> Iterator[Shop]:
    made = Shop(photo)
    yield made
    made.close()


async def test_a_file_is_read(tmp_path: Path, photo: bytes) -> None:
    (tmp_path / "mug.png").write_bytes(photo)
    assert await fetch_photo(str(tmp_path / "mug.png"), OPTIONS) == photo


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.jpg", None, "no such file"),
        ("note.jpg", b"just text\n", "text, not an image"),
        ("empty.jpg", b"", "an empty file"),
        ("big.png", b"\x89PNG\r\n\x1a\n" + bytes(5_000), "5,008 bytes or more, the limit is 5,000"),
        (".", None, "is a folder"),
    ],
)
async def test_a_bad_file_is_named(tmp_path: Path, name: str, content: bytes | None, says: str) -> None:
    path = f"{tmp_path}/{name}"
    if content is not None:
        Path(path).write_bytes(content)
    with pytest.raises(PhotoError) as caught:
        await fetch_photo(path, OPTIONS)
    assert says in str(caught.value)
    assert str(caught.value).startswith(path)
    assert not isinstance(caught.value, PhotoUnreachable)


@pytest.mark.parametrize("source", ["ftp://shop.example/mug.jpg", "file:///etc/hostname", "s3://bucket-only"])
async def test_other_addresses_are_refused(source: str) -> None:
    with pytest.raises(PhotoError, match=source):
        await fetch_photo(source, OPTIONS)


@pytest.mark.parametrize("path", ["/photo.png", "/moved"])
async def test_a_url_is_fetched(shop: Shop, photo: bytes, path: str) -> None:
    assert await fetch_photo(shop.url + path, OPTIONS) == photo


@pytest.mark.parametrize(
    ("path", "says", "again"),
    [
        ("/status/404", "HTTP 404", False),
        ("/status/403", "HTTP 403", False),
        ("/status/204", "HTTP 204", False),
        ("/status/429", "HTTP 429", True),
        ("/status/500", "HTTP 500", True),
        ("/status/503", "HTTP 503", True),
        ("/page", "an HTML page, not an image", False),
        ("/circle", "redirects more than 5 times", False),
        ("/file", "redirects to file://, which is not followed", False),
        ("/endless", "the limit is 5,000", False),
        ("/cut", "cannot be reached", True),
    ],
)
async def test_a_bad_answer_is_named(shop: Shop, path: str, says: str, again: bool) -> None:
    with pytest.raises(PhotoError) as caught:
        await fetch_photo(f"{shop.url}{path}?signature=secret", OPTIONS)
    assert says in str(caught.value)
    assert f"{shop.url}{path}" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert isinstance(caught.value, PhotoUnreachable) == again


async def test_a_declared_size_is_refused_before_the_body(shop: Shop) -> None:
    shop.photo = b"\x89PNG\r\n\x1a\n" + bytes(100_000)
    with pytest.raises(PhotoError, match="100,008 bytes"):
        await fetch_photo(shop.url + "/photo.png", OPTIONS)


async def test_a_stream_without_end_is_cut_off(shop: Shop) -> None:
    with pytest.raises(PhotoError):
        await fetch_photo(shop.url + "/endless", OPTIONS)
    await asyncio.sleep(0.1)
    assert shop.sent_bytes < 9_000_000


async def test_silence_ends_at_the_deadline(shop: Shop) -> None:
    with pytest.raises(PhotoUnreachable, match=r"within 0\.2 s"):
        await fetch_photo(shop.url + "/silent", OPTIONS.model_copy(update={"fetch_timeout_s": 0.2}))


async def test_a_dead_server_is_unreachable(shop: Shop) -> None:
    shop.close()
    with pytest.raises(PhotoUnreachable, match="cannot be reached"):
        await fetch_photo(shop.url + "/photo.png", OPTIONS)


async def test_nothing_private_goes_out(shop: Shop, photo: bytes) -> None:
    """A client that carries a key, a cookie and a login lends its connections only."""
    async with httpx.AsyncClient(
        headers={"Authorization": "Bearer key", "X-Api-Key": "key"},
        cookies={"session": "key"},
        auth=("me", "key"),
    ) as client:
        assert await fetch_photo(shop.url + "/moved", OPTIONS, client=client) == photo
    assert len(shop.headers) == 2
    for headers in shop.headers:
        assert "key" not in str(headers)
        assert set(headers) <= {"host", "user-agent", "accept", "accept-encoding", "connection"}


async def test_a_transport_can_be_handed_in(photo: bytes) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=photo))
    async with httpx.AsyncClient(transport=transport) as client:
        assert await fetch_photo("https://shop.example/mug", OPTIONS, client=client) == photo


async def test_an_s3_object_is_fetched(photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="shop")
        s3.put_object(Bucket="shop", Key="photos/mug.png", Body=photo)
        s3.put_object(Bucket="shop", Key="big.png", Body=photo + bytes(6_000))
        assert await fetch_photo("s3://shop/photos/mug.png", OPTIONS) == photo
        with pytest.raises(PhotoError, match="NoSuchKey"):
            await fetch_photo("s3://shop/none.png", OPTIONS)
        with pytest.raises(PhotoError, match="the limit is 5,000"):
            await fetch_photo("s3://shop/big.png", OPTIONS)
    finally:
        server.stop()
