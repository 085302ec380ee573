"""The small server: right types, right headers, nothing but the folder."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from vitrine.errors import ConfigError
from vitrine.publishing.pages.serve import serve_folder


@pytest.fixture
def served(tmp_path: Path) -> Iterator[httpx.Client]:
    files = {
        "public/index.html": b"home",
        "public/blobs/a.glb": b"glTF" * 50_000,
        "public/blobs/b.webp": b"w",
        "public/blobs/c.usdz": b"u",
        "public/products/chair/index.html": b"chair",
        "public/products/chair/current.json": b"{}",
        "public/products/chair/releases/1.json": b"{}",
        "public/a b/ü.txt": b"x",
        "public/.vitrine/notes": b"private",
        "secret.txt": b"secret",
    }
    for name, data in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "public" / "link.txt").symlink_to(tmp_path / "secret.txt")
    with serve_folder(tmp_path / "public") as server, httpx.Client(base_url=server.url) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "media_type", "cache"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/blobs/a.glb", "model/gltf-binary", "public, max-age=31536000, immutable"),
        ("/blobs/b.webp?x=1", "image/webp", "public, max-age=31536000, immutable"),
        ("/blobs/c.usdz", "model/vnd.usdz+zip", "public, max-age=31536000, immutable"),
        ("/products/chair/", "text/html; charset=utf-8", "no-cache"),
        ("/products/chair/current.json", "application/json", "no-cache"),
        ("/products/chair/releases/1.json", "application/json", "public, max-age=31536000, immutable"),
        ("/a%20b/%C3%BC.txt", "text/plain; charset=utf-8", "no-cache"),
    ],
)
def test_types_and_headers(served: httpx.Client, path: str, media_type: str, cache: str) -> None:
    got, head = served.get(path), served.head(path)
    assert got.status_code == head.status_code == 200
    assert got.headers["content-type"] == media_type
    assert got.headers["cache-control"] == cache
    assert got.headers["access-control-allow-origin"] == "*"
    assert int(head.headers["content-length"]) == len(got.content) > 0
    assert head.content == b""


def test_contents(served: httpx.Client) -> None:
    assert served.get("/blobs/a.glb").content == b"glTF" * 50_000
    moved = served.get("/products/chair")
    assert (moved.status_code, moved.headers["location"]) == (301, "/products/chair/")
    assert served.options("/blobs/a.glb").status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        "/none",
        "/blobs/",
        "/.vitrine/notes",
        "/link.txt",
        "/..%2fsecret.txt",
        "/%2e%2e/secret.txt",
        "/a%00b",
        "/%5c",
    ],
)
def test_nothing_else_is_served(served: httpx.Client, path: str) -> None:
    answer = served.get(path)
    assert answer.status_code == 404
    assert b"secret" not in answer.content


def test_a_raw_path_upwards_is_not_followed(served: httpx.Client) -> None:
    with socket.create_connection((served.base_url.host, served.base_url.port)) as raw:
        raw.sendall(b"GET /../secret.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 404")


def test_what_cannot_be_served_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a folder"):
        serve_folder(tmp_path / "none")
    with serve_folder(tmp_path) as server, pytest.raises(ConfigError, match="Choose another port"):
        serve_folder(tmp_path, port=int(server.url.rpartition(":")[2]))


def test_it_stops(tmp_path: Path) -> None:
    with serve_folder(tmp_path) as server:
        assert httpx.get(server.url).status_code == 404
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)
    server.wait()


def test_a_folder_without_a_catalogue_has_a_front_page(tmp_path: Path) -> None:
    with (
        serve_folder(tmp_path, front_page=lambda: "made now") as server,
        httpx.Client(base_url=server.url) as client,
    ):
        assert client.get("/?x").text == "made now"
        assert client.head("/").headers["content-type"] == "text/html; charset=utf-8"
        assert client.get("/other").status_code == 404
        (tmp_path / "index.html").write_text("the catalogue")
        assert client.get("/").text == "the catalogue"
