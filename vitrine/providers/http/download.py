"""Download a finished model: stream it to disk, and keep it only if it is a whole GLB."""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import httpx

from vitrine.errors import DownloadFailed, JobNotFound, Refused
from vitrine.fetching.body import IDENTITY, BodyTooLarge, read_chunks
from vitrine.providers.http.extract_glb import extract_glb

MAX_GLB_BYTES = 500_000_000
"""A raw TRELLIS.2 file is 15 to 40 MB; at a million faces and 4096 px textures about 100."""

STANDARD = str.maketrans("-_", "+/")
"""From the URL-safe alphabet of base64 to the standard one."""
COMPLETE = (200, 203, 206)
"""Statuses of responses that bring a file. A 206 to a request without a range has the whole of it, or its
length says otherwise."""


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

    A GLB inside of a gzip or ZIP file is taken out. Raises `JobNotFound` if the link does not work now (403,
    404, 410), else `DownloadFailed`; no partial file remains.
    """
    if not url.startswith(("http://", "https://")):
        raise DownloadFailed(f"{account}: a result at {url.split(':')[0]}:, which is no http address")
    received: httpx.Response | None = None
    try:
        async with (
            asyncio.timeout(timeout_s),
            client.stream("GET", url, headers=IDENTITY, follow_redirects=True) as response,
        ):
            if response.status_code in (403, 404, 410):
                raise JobNotFound(f"{account}: HTTP {response.status_code} for the finished model")
            if response.status_code not in COMPLETE:
                raise DownloadFailed(f"{account}: HTTP {response.status_code} for the finished model")
            received = response
            await _write(read_chunks(response, max_bytes), to, account=account)
    except BodyTooLarge as error:
        raise DownloadFailed(f"{account}: more than the {max_bytes:,} bytes a model may have") from error
    except Refused as error:
        raise DownloadFailed(f"{account}: the finished model cannot be fetched: {error}") from error
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, TimeoutError, ValueError) as error:
        size_bytes = received.num_bytes_downloaded if received is not None else 0
        why = str(error) or "no more came in time"
        raise DownloadFailed(f"{account}: the download broke after {size_bytes:,} bytes: {why}") from error
    return to


def decode_base64(text: str, to: Path, *, account: str) -> Path:
    """Write a model that came in base64, or as a data URI, to the file `to`. Raises `DownloadFailed`.

    Line breaks, a missing padding and the URL-safe alphabet (RFC 4648, 5) are read, too.
    """
    digits = re.sub(r"\s", "", unquote(text.partition("base64,")[2] or text)).rstrip("=").translate(STANDARD)
    try:
        data = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise DownloadFailed(f"{account}: the model in the answer is no base64: {error}") from error
    with _atomic_file(to) as part:
        part.write_bytes(data)
        extract_glb(part, max_bytes=MAX_GLB_BYTES, account=account)
    return to


async def _write(chunks: AsyncIterator[bytes], to: Path, *, account: str) -> None:
    with _atomic_file(to) as part:
        with part.open("xb") as file:
            async for chunk in chunks:
                file.write(chunk)
        await asyncio.to_thread(extract_glb, part, max_bytes=MAX_GLB_BYTES, account=account)


@contextmanager
def _atomic_file(to: Path) -> Iterator[Path]:
    """Give the path of a file that is renamed to `to` if the block succeeds, and removed if it does not."""
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(to)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
