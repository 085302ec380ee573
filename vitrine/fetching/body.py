"""Read a response's body within limits; what is compressed is decompressed here, off the event loop."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

import httpx

IDENTITY = {"Accept-Encoding": "identity"}
"""Photos and models are compressed already, and answers are small: servers are asked to compress nothing."""
ENCODINGS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
"""`Content-Encoding` -> window bits of zlib; "deflate" is the zlib format (RFC 9110, section 8.4.1.2)."""
MAX_EXPANSION = 100
"""Decompressed bytes for each compressed one; text compresses to a tenth, photos and models hardly at all."""
SMALL_BYTES = 4_000_000
"""Decompressed whatever the expansion."""
STEP_BYTES = 1 << 20
"""Decompressed at once."""


class BodyRefused(httpx.DecodingError):
    """A body that is compressed more than once, or in another way than gzip and deflate."""


class BodyTooLarge(BodyRefused):
    """A body of more bytes than the limit; the rest of it is not read."""


async def read_chunks(response: httpx.Response, max_bytes: int) -> AsyncIterator[bytes]:
    """Yield the body of a streamed response, decompressed, at most `max_bytes` in all.

    Raises `BodyTooLarge` for a larger body, `BodyRefused` for more than one `Content-Encoding`, and for one
    other than gzip and deflate; what httpx raises for a broken connection.
    """
    if response.is_stream_consumed:  # a transport that answers from memory
        if len(response.content) > max_bytes:
            raise BodyTooLarge(f"more than {max_bytes:,} bytes of answer")
        yield response.content
        return
    window = _window(response)
    size = 0
    async for chunk in response.aiter_raw() if window is None else _inflated(response, window):
        size += len(chunk)
        if size > max_bytes:
            raise BodyTooLarge(f"more than {max_bytes:,} bytes of answer")
        yield chunk


async def read_body(response: httpx.Response, max_bytes: int) -> bytes:
    """Return the whole body. Raises as `read_chunks` does."""
    body = bytearray()
    async for chunk in read_chunks(response, max_bytes):
        body += chunk
    return bytes(body)


def _window(response: httpx.Response) -> int | None:
    header = ",".join(response.headers.get_list("Content-Encoding"))
    names = [name for part in header.split(",") if (name := part.strip().lower()) not in ("", "identity")]
    if not names:
        return None
    if len(names) > 1:
        raise BodyRefused(
            f"the answer is compressed {len(names)} times ({', '.join(names[:4])}), the limit is 1"
        )
    if names[0] not in ENCODINGS:
        raise BodyRefused(f"the answer is compressed as {names[0][:40]!r}; gzip and deflate are read")
    return ENCODINGS[names[0]]


async def _inflated(response: httpx.Response, window: int) -> AsyncIterator[bytes]:
    """Decompress step by step: the caller counts each step before the next one takes memory."""
    inflate = zlib.decompressobj(window)
    encoded = decoded = 0
    async for raw in response.aiter_raw():
        pending = raw
        encoded += len(raw)
        while pending and not inflate.eof:
            try:
                step = await asyncio.to_thread(inflate.decompress, pending, STEP_BYTES)
            except zlib.error as error:
                raise BodyRefused(
                    f"the answer is broken {response.headers['Content-Encoding']}: {error}"
                ) from error
            pending = inflate.unconsumed_tail
            decoded += len(step)
            if decoded > max(SMALL_BYTES, MAX_EXPANSION * encoded):
                raise BodyRefused(
                    f"the answer decompresses to {decoded:,} bytes and more from {encoded:,}, the limit is "
                    f"{MAX_EXPANSION} times as many"
                )
            yield step
    if not inflate.eof:
        raise httpx.ReadError("the compressed answer ends too early")
