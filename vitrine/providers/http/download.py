"""Fetching a finished model: streamed to disk, and only kept when it is a whole GLB."""

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

LARGEST_GLB_BYTES = 500_000_000
"""A raw TRELLIS.2 file is 15 to 40 MB; at a million faces and 4096 px textures about 100."""


def check_whole(head: bytes, received_bytes: int, *, who: str) -> None:
    """Check a GLB by its header (glTF 2.0, 4.4.2): magic, version 2, and the length it says it has.

    Raises `DownloadFailed` with what was there instead; `who` starts the message.
    """
    if len(head) < 12 or head[:4] != b"glTF":
        raise DownloadFailed(f"{who}: no GLB: {received_bytes:,} bytes that start with {head[:12]!r}")
    version, length = struct.unpack_from("<II", head, 4)
    if version != 2:
        raise DownloadFailed(f"{who}: a GLB of version {version}; only version 2 is read")
    if length != received_bytes:
        raise DownloadFailed(
            f"{who}: a truncated GLB: its header says {length:,} bytes, {received_bytes:,} came"
        )


async def download(
    client: httpx.AsyncClient,
    url: str,
    to: Path,
    *,
    account: str,
    timeout_s: float,
    largest_bytes: int = LARGEST_GLB_BYTES,
) -> Path:
    """Stream `url` to the file `to`, which appears only when it is a whole GLB.

    Raises `JobExpired` when the link is gone (403, 404, 410), else `DownloadFailed`; nothing is left behind.
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
            await _keep(response.aiter_bytes(), to, largest_bytes, who=account)
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError) as error:
        size_bytes = received.num_bytes_downloaded if received is not None else 0
        raise DownloadFailed(
            f"{account}: the download broke after {size_bytes:,} bytes ({type(error).__name__}: {error})"
        ) from error
    return to


def unpack(text: str, to: Path, *, account: str) -> Path:
    """Write a model that came as base64 inside the answer (a data URI, too). Raises `DownloadFailed`."""
    try:
        data = base64.b64decode(text.partition("base64,")[2] or text)
    except (binascii.Error, ValueError) as error:
        raise DownloadFailed(f"{account}: the model in the answer is no base64: {error}") from error
    check_whole(data[:12], len(data), who=account)
    with _appearing(to) as file:
        file.write(data)
    return to


async def _keep(chunks: AsyncIterator[bytes], to: Path, largest_bytes: int, *, who: str) -> None:
    head, size = b"", 0
    with _appearing(to) as file:
        async for chunk in chunks:
            head = head if len(head) >= 12 else (head + chunk)[:12]
            size += len(chunk)
            if size > largest_bytes:
                raise DownloadFailed(f"{who}: more than the {largest_bytes:,} bytes a model may have")
            file.write(chunk)
        check_whole(head, size, who=who)


@contextmanager
def _appearing(to: Path) -> Iterator[BinaryIO]:
    """A file that takes its name only when the block ends well."""
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(to)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
