"""Download a finished model: stream it to disk, and keep it only if it is a whole GLB."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import httpx

from vitrine.errors import DownloadFailed, JobExpired

MAX_GLB_BYTES = 500_000_000
"""A raw TRELLIS.2 file is 15 to 40 MB; at a million faces and 4096 px textures about 100."""


def check_complete(head: bytes, received_bytes: int, *, account: str) -> None:
    """Check a GLB by its header (glTF 2.0, 4.4.2): magic, version 2 and length.

    `head` is its first 12 bytes, `received_bytes` the size of what came. Raises `DownloadFailed`, which says
    what came instead; `account` starts the message.
    """
    if len(head) < 12 or head[:4] != b"glTF":
        raise DownloadFailed(f"{account}: no GLB: {received_bytes:,} bytes that start with {head[:12]!r}")
    version, length = struct.unpack_from("<II", head, 4)
    if version != 2:
        raise DownloadFailed(f"{account}: a GLB of version {version}; only version 2 is read")
    if length != received_bytes:
        raise DownloadFailed(
            f"{account}: a truncated GLB: its header says {length:,} bytes, {received_bytes:,} came"
        )


async def download(
    client: httpx.AsyncClient,
    url: str,
    to: Path,
    *,
    account: str,
    timeout_s: float,
    max_bytes: int = MAX_GLB_BYTES,
) -> Path:
    """Stream `url` to the file `to`, which exists only once it is a whole GLB.

    Raises `JobExpired` if the link is gone (403, 404, 410), else `DownloadFailed`; no partial file remains.
    """
    if not url.startswith(("http://", "https://")):
        raise DownloadFailed(f"{account}: a result at {url.split(':')[0]}:, which is no http address")
    received: httpx.Response | None = None
    try:
        async with (
            asyncio.timeout(timeout_s),
            client.stream(
                "GET", url, headers={"Accept-Encoding": "identity"}, follow_redirects=True
            ) as response,
        ):
            if response.status_code in (403, 404, 410):
                raise JobExpired(
                    f"{account}: HTTP {response.status_code} for the finished model: link expired"
                )
            if response.status_code != 200:
                raise DownloadFailed(f"{account}: HTTP {response.status_code} for the finished model")
            received = response
            await _write(response.aiter_bytes(), to, max_bytes, account=account)
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError) as error:
        size_bytes = received.num_bytes_downloaded if received is not None else 0
        raise DownloadFailed(
            f"{account}: the download broke after {size_bytes:,} bytes ({type(error).__name__}: {error})"
        ) from error
    return to


def decode_base64(text: str, to: Path, *, account: str) -> Path:
    """Write a model that came in base64, or as a data URI, to the file `to`. Raises `DownloadFailed`."""
    try:
        data = base64.b64decode(text.partition("base64,")[2] or text)
    except (binascii.Error, ValueError) as error:
        raise DownloadFailed(f"{account}: the model in the answer is no base64: {error}") from error
    check_complete(data[:12], len(data), account=account)
    with _atomic_file(to) as file:
        file.write(data)
    return to


async def _write(chunks: AsyncIterator[bytes], to: Path, max_bytes: int, *, account: str) -> None:
    head, size = b"", 0
    with _atomic_file(to) as file:
        async for chunk in chunks:
            head = head if len(head) >= 12 else (head + chunk)[:12]
            size += len(chunk)
            if size > max_bytes:
                raise DownloadFailed(f"{account}: more than the {max_bytes:,} bytes a model may have")
            file.write(chunk)
        check_complete(head, size, account=account)


@contextmanager
def _atomic_file(to: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name only if the block succeeds."""
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(to)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
