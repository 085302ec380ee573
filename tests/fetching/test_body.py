"""Bodies are decompressed within limits, at most once, and not in the event loop."""

from __future__ import annotations

import gzip
import threading
import zlib
from collections.abc import AsyncIterator

import httpx
import pytest

from vitrine.fetching import body
from vitrine.fetching.body import BodyRefused, BodyTooLarge, read_body

PLAIN = b"a photo, or an answer " * 50


def response(content: bytes, *encodings: str, step: int = 37) -> httpx.Response:
    async def stream() -> AsyncIterator[bytes]:
        for at in range(0, len(content), step):
            yield content[at : at + step]

    headers = [("Content-Encoding", each) for each in encodings]
    return httpx.Response(200, headers=headers, content=stream())


def squeezed(times: int, size: int) -> bytes:
    """Zeros, compressed again and again: 5 GB become a few hundred bytes."""
    pack = zlib.compressobj(9, wbits=31)
    data = b"".join(pack.compress(bytes(1 << 20)) for _ in range(size >> 20)) + pack.flush()
    for _ in range(times - 1):
        data = gzip.compress(data, 9)
    return data


@pytest.mark.parametrize(
    ("content", "encodings"),
    [
        (PLAIN, ()),
        (PLAIN, ("identity",)),
        (gzip.compress(PLAIN), ("gzip",)),
        (gzip.compress(PLAIN), ("X-GZip",)),
        (zlib.compress(PLAIN), ("deflate",)),
        (b"", ()),
    ],
    ids=["plain", "identity", "gzip", "x-gzip", "deflate", "empty"],  # gzip's bytes hold the time
)
async def test_a_body_is_read(content: bytes, encodings: tuple[str, ...]) -> None:
    assert await read_body(response(content, *encodings), 10_000) == (PLAIN if content else b"")


@pytest.mark.parametrize(
    "encodings", [("gzip, gzip, gzip",), ("gzip", "gzip"), ("gzip,deflate",), ("br, gzip",)]
)
async def test_nested_encodings_are_refused_unread(encodings: tuple[str, ...]) -> None:
    data = squeezed(3, 64 << 20)
    assert len(data) < 1000
    with pytest.raises(BodyRefused, match=r"compressed [23] times .*, the limit is 1"):
        await read_body(response(data, *encodings), 10**10)


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "x" * 5000])
async def test_other_encodings_are_named(encoding: str) -> None:
    with pytest.raises(BodyRefused, match="gzip and deflate are read") as caught:
        await read_body(response(b"?", encoding), 1000)
    assert len(str(caught.value)) < 200


async def test_few_bytes_cannot_become_many() -> None:
    bomb = squeezed(1, 64 << 20)
    with pytest.raises(BodyRefused, match="the limit is 100 times as many"):
        await read_body(response(bomb, "gzip", step=10**6), 10**10)
    with pytest.raises(BodyTooLarge, match="more than 50,000 bytes"):
        await read_body(response(bomb, "gzip", step=10**6), 50_000)
    with pytest.raises(BodyTooLarge, match="more than 100 bytes"):
        await read_body(response(PLAIN), 100)


async def test_a_broken_body_is_told_from_a_cut_one() -> None:
    data = gzip.compress(PLAIN)
    with pytest.raises(BodyRefused, match="broken gzip"):
        await read_body(response(b"no gzip at all", "gzip"), 1000)
    with pytest.raises(httpx.ReadError, match="too early"):
        await read_body(response(data[:-9], "gzip"), 10_000)


async def test_nothing_is_decompressed_in_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = set()

    class Recorded:
        def __init__(self, window: int) -> None:
            self.inner = zlib.decompressobj(window)

        def decompress(self, data: bytes, limit: int) -> bytes:
            threads.add(threading.get_ident())
            return self.inner.decompress(data, limit)

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

    class Zlib:
        MAX_WBITS, error, decompressobj = zlib.MAX_WBITS, zlib.error, Recorded

    monkeypatch.setattr(body, "zlib", Zlib)
    assert await read_body(response(gzip.compress(PLAIN), "gzip"), 10_000) == PLAIN
    assert threads
    assert threading.get_ident() not in threads
