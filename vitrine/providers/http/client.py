"""The HTTP client of one account: GETs, a POST that is never repeated, and downloads without the key."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import math
import secrets
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from vitrine.errors import ConfigError, DownloadFailed, JobNotFound, StatusUnavailable
from vitrine.fetching.body import IDENTITY, read_chunks
from vitrine.fetching.policy import FetchPolicy
from vitrine.fetching.redact import redact
from vitrine.fetching.transport import GuardedTransport
from vitrine.providers.http import outcome_table, post_errors
from vitrine.providers.http.download import download
from vitrine.providers.http.rate_limiter import RateLimiter
from vitrine.providers.http.response import Response
from vitrine.record import Record

logger = logging.getLogger(__name__)

DEFAULT_RETRY_AFTER_S = 10.0
"""How long to pause after a 429 without a Retry-After header."""
MAX_REDIRECTS = 5
"""Of a download; nothing else is redirected."""
MAX_RECEIPT_BYTES = 1_000_000
MAX_STATUS_BYTES = 200_000_000  # a model in base64 may be inside
BIG_BYTES = 100_000
"""A larger answer is parsed on a thread."""


class Timeouts(Record):
    """How long a client waits, in seconds."""

    connect_s: float = 10.0
    read_write_s: float = 60.0
    """The longest pause between two packets."""
    post_s: float = 180.0
    """A whole POST, from connecting to the last byte of its response."""
    get_s: float = 60.0
    """A whole GET."""
    download_s: float = 900.0


TIMEOUTS = Timeouts()


class ProviderClient:
    """An account's HTTP client. It sends the key to the provider's own origin, and to no other host."""

    def __init__(
        self,
        account: str,
        base_url: str,
        key_headers: Mapping[str, str],
        *,
        timeouts: Timeouts,
        transport: httpx.AsyncBaseTransport | None = None,
        policy: FetchPolicy | None = None,
    ) -> None:
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"{account}: base URL {base_url!r} is no http(s) address")
        if not all(key_headers.values()):
            raise ConfigError(f"{account}: no API key; set one for this account")
        if not all(value.isascii() and value.isprintable() for value in key_headers.values()):
            raise ConfigError(f"{account}: the API key has characters that no key has (a stray line end?)")
        self.account = account
        self.base_url = base_url.rstrip("/")
        self.timeouts = timeouts
        self.rate_limiter: RateLimiter | None = None
        self._key_headers = dict(key_headers)
        self._transport = transport
        self._policy = (policy or FetchPolicy.from_env()).with_origin(base_url)
        self._shared: httpx.AsyncClient | None = None

    def key_hmac(self, salt: str, account: str) -> str:
        """Return the HMAC-SHA256, in hex, of the account's name and key: it tells keys apart, and no key."""
        text = "\n".join([account, *self._key_headers.values()])
        return hmac.digest(salt.encode(), text.encode(), "sha256").hex()

    def same_origin_url(self, url: object) -> str | None:
        """Return `url` made absolute if it is on the provider's own origin, else `None`."""
        if not isinstance(url, str) or not url.strip():
            return None
        try:
            absolute = urljoin(self.base_url + "/", url.strip())
            theirs, ours = httpx.URL(absolute), httpx.URL(self.base_url)
        except (httpx.InvalidURL, ValueError):
            return None
        if (theirs.scheme, theirs.host, _port(theirs)) == (ours.scheme, ours.host, _port(ours)):
            return absolute if not theirs.userinfo else None
        logger.warning("%s: an address on another host (%s) is not followed", self.account, theirs.host)
        return None

    async def post_once(self, path: str, body: Mapping[str, object], headers: Mapping[str, str]) -> Response:
        """Send one POST, once, and return its 2xx response. The caller waits for the rate limit first.

        Raises by the table in `outcome_table.py`: a child of `NotSent` if nothing was bought, else
        `OutcomeUnknown`. The connection is always new: a server may close a kept-alive one just as the
        request goes out, and then nobody can tell whether it was read.
        """
        data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        last_byte_sent = False

        async def content() -> AsyncIterator[bytes]:
            nonlocal last_byte_sent
            yield data[:-1]
            last_byte_sent = True
            yield data[-1:]

        all_headers = {
            **self._key_headers,
            **headers,
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
        }
        try:
            async with asyncio.timeout(self.timeouts.post_s), self._new_client(keep_alive=False) as client:
                response = await _send(
                    client, "POST", self.base_url + path, all_headers, content(), MAX_RECEIPT_BYTES
                )
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
            row = outcome_table.row_for_failure(error, last_byte_sent=last_byte_sent)
            raise post_errors.for_failure(self.account, row, error) from error
        self._pause_after_429(response)
        if 200 <= response.status < 300:
            if response.broken is not None:
                row = outcome_table.TABLE["answer-reset"]
                raise post_errors.for_failure(self.account, row, response.broken)
            return response
        raise post_errors.for_status(self.account, response)

    async def get_uncached(self, url: str) -> dict[str, object]:
        """GET a JSON object as it is now: evidence from a cache would miss the newest jobs.

        `Cache-Control: no-cache` (RFC 9111) asks caches to let the request through. Not all obey, so the URL
        also gets a parameter that no earlier request had. Raises as `get` does.
        """
        mark = f"{'&' if '?' in url else '?'}nocache={secrets.token_hex(8)}"
        return await self.get(url + mark, headers={"Cache-Control": "no-cache"})

    async def get(
        self, url: str, *, priority: float = math.inf, headers: Mapping[str, str] | None = None
    ) -> dict[str, object]:
        """GET a JSON object from the provider's own origin, inside the account's rate.

        `priority` is that of `RateLimiter.acquire`. Raises `JobNotFound` on 404 or 410, and
        `StatusUnavailable` if there is no such object for any other reason.
        """
        await self.wait_for_rate_limit(priority)
        try:
            async with asyncio.timeout(self.timeouts.get_s):
                sent = {**self._key_headers, **(headers or {})}
                response = await _send(self._shared_client(), "GET", url, sent, None, MAX_STATUS_BYTES)
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
            raise StatusUnavailable(
                f"{self.account}: no answer ({post_errors.describe(error)}); asking again is free"
            ) from error
        if response.status in (404, 410):
            raise JobNotFound(f"{self.account}: HTTP {response.status} for {redact(url)}: {response.message}")
        if response.status in (401, 402, 403):
            advice = post_errors.ADVICE[str(response.status)]
            raise StatusUnavailable(
                f"{self.account}: HTTP {response.status}: {response.message}; {advice}. "
                "The receipt stays in the ledger",
                permanent=True,
            )
        self._pause_after_429(response)
        large = len(response.body) > BIG_BYTES
        data = await asyncio.to_thread(response.json) if large else response.json()
        if response.status != 200 or response.broken is not None or data is None:
            raise StatusUnavailable(
                f"{self.account}: HTTP {response.status} without a readable answer: {response.message}",
                retry_after_s=response.retry_after_s,
            )
        return data

    async def head_without_key(self, url: str) -> Mapping[str, str]:
        """The headers of the answer to a GET; its body is not read. Raises what httpx raises."""
        async with self._shared_client().stream("GET", url) as response:
            return response.headers

    async def download_without_key(self, url: str, to: Path) -> Path:
        """Stream a finished GLB to `to`; the key is not sent. Raises `DownloadFailed`, `JobNotFound`."""
        try:
            absolute = urljoin(self.base_url + "/", url)
        except ValueError as error:
            raise DownloadFailed(
                f"{self.account}: the finished model is at no usable URL: {error}"
            ) from error
        client = self._shared_client()
        timeout_s = self.timeouts.download_s
        return await download(client, absolute, to, account=self.account, timeout_s=timeout_s)

    async def wait_for_rate_limit(self, priority: float = math.inf) -> None:
        """Wait until one more request fits into the account's rate; return at once if it has none."""
        if self.rate_limiter is not None:
            await self.rate_limiter.acquire(priority)

    async def aclose(self) -> None:
        """Close the connections that were kept alive."""
        if self._shared is not None:
            await self._shared.aclose()
            self._shared = None

    def _pause_after_429(self, response: Response) -> None:
        if response.status == 429 and self.rate_limiter is not None:
            asked_s = response.retry_after_s
            self.rate_limiter.pause(DEFAULT_RETRY_AFTER_S if asked_s is None else asked_s)

    def _shared_client(self) -> httpx.AsyncClient:
        if self._shared is None:
            self._shared = self._new_client(keep_alive=True)
        return self._shared

    def _new_client(self, *, keep_alive: bool) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            timeout=httpx.Timeout(
                self.timeouts.read_write_s, connect=self.timeouts.connect_s, pool=self.timeouts.post_s
            ),
            follow_redirects=False,
            max_redirects=MAX_REDIRECTS,
            transport=_SharedTransport(self._transport) if self._transport else self._guarded(keep_alive),
        )

    def _guarded(self, keep_alive: bool) -> GuardedTransport:
        """Connections to the account's own server, and to those that a result's link may name."""
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=16 if keep_alive else 0)
        return GuardedTransport(self._policy, limits=limits)


class _SharedTransport(httpx.AsyncBaseTransport):
    """A transport of the caller's: it outlives the clients that use it."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)


async def _send(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: AsyncIterator[bytes] | None,
    max_bytes: int,
) -> Response:
    """Return the whole response, or what came of it and what broke it; raise if not even a status came."""
    body = bytearray()
    broken: Exception | None = None
    async with client.stream(method, url, headers={**IDENTITY, **headers}, content=content) as response:
        try:
            async for chunk in read_chunks(response, max_bytes):
                body += chunk
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            broken = error
        return Response(response.status_code, bytes(body), response.headers, broken)


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)
