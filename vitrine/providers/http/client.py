"""The line to a provider: one POST that is never repeated, questions that may be, downloads without a key."""

from __future__ import annotations

import asyncio
import json
import logging
import math
import ssl
from collections.abc import AsyncIterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx

from vitrine.errors import (
    ConfigError,
    JobExpired,
    OutcomeUnknown,
    ProviderBusy,
    ProviderRefused,
    StatusUnavailable,
)
from vitrine.providers.http import outcome_table as outcome
from vitrine.providers.http.download import download
from vitrine.providers.http.rate_limiter import RateLimiter
from vitrine.providers.http.response import Response
from vitrine.record import Record

logger = logging.getLogger(__name__)

SILENCE_S = 10.0
"""How long to be silent after a 429 that does not say."""
LARGEST_RECEIPT_BYTES = 1_000_000
LARGEST_STATUS_BYTES = 400_000_000  # a model in base64 may be inside

ADVICE = {
    "400": "change the option it names, or the photo",
    "401": "check the account's API key",
    "402": "top up the provider's wallet, then run again",
    "403": "ask the provider to open this model for the key",
    "404": "check the account's base URL, and that the provider still offers the model",
    "moved": "set the account's base URL to where it points",
}


class Timeouts(Record):
    """How long a line waits, in seconds. An order has `post_s` for everything; a question, `get_s`."""

    connect_s: float = 10.0
    read_write_s: float = 60.0
    """The longest pause between two packets."""
    post_s: float = 180.0
    get_s: float = 60.0
    download_s: float = 900.0


TIMEOUTS = Timeouts()


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class ProviderClient:
    """One account's HTTP. The key goes with each request to the provider's own origin, and nowhere else."""

    def __init__(
        self,
        account: str,
        base_url: str,
        key_headers: Mapping[str, str],
        *,
        timeouts: Timeouts,
        transport: httpx.AsyncBaseTransport | None = None,
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
        self._key = dict(key_headers)
        self.rate_limiter: RateLimiter | None = None
        self._transport = transport
        self._kept: httpx.AsyncClient | None = None

    def same_origin_url(self, url: object) -> str | None:
        """A server-supplied address made absolute, when it is on the provider's own origin; else `None`."""
        if not isinstance(url, str) or not url.strip():
            return None
        whole = urljoin(self.base_url + "/", url.strip())
        try:
            theirs, ours = httpx.URL(whole), httpx.URL(self.base_url)
        except httpx.InvalidURL:
            return None
        if (theirs.scheme, theirs.host, _port(theirs)) == (ours.scheme, ours.host, _port(ours)):
            return whole if not theirs.userinfo else None
        logger.warning("%s: an address on another host (%s) is not followed", self.account, theirs.host)
        return None

    async def post_once(self, path: str, body: Mapping[str, object], headers: Mapping[str, str]) -> Response:
        """Send one POST, once; return the 2xx answer.

        Raises by the table in `outcome.py`: a child of `NotSent` when nothing was bought, else
        `OutcomeUnknown`. The connection is fresh: one kept alive may be closed by the other side just as
        the order goes out, and nobody could tell whether it was read.
        """
        data = json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        left = False

        async def held_back() -> AsyncIterator[bytes]:
            nonlocal left
            yield data[:-1]
            left = True
            yield data[-1:]

        whole = {
            **self._key,
            **headers,
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
        }
        try:
            async with asyncio.timeout(self.timeouts.post_s), self._client(keep=False) as client:
                answer = await _read(
                    client, "POST", self.base_url + path, whole, held_back(), LARGEST_RECEIPT_BYTES
                )
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
            raise self._broken(outcome.row_for_failure(error, left=left), error) from error
        self._listen(answer)
        if 200 <= answer.status < 300:
            if answer.broken is not None:
                raise self._broken(outcome.TABLE["answer-reset"], answer.broken)
            return answer
        raise self._refused(answer)

    def receipt_error(self, answer: Response) -> OutcomeUnknown:
        """The error for a 2xx answer without a job id."""
        row = outcome.TABLE["2xx-garbage" if answer.json() is None else "2xx-no-id"]
        return OutcomeUnknown(
            f"{self.account}: HTTP {answer.status}, {row.why}; it said: {answer.message}. "
            "It may be billed, so it is not sent again"
        )

    async def get(self, url: str, *, priority: float = math.inf) -> dict[str, object]:
        """GET a JSON object from the provider's own origin, when it is this question's turn.

        Raises `JobExpired` on 404 or 410, `StatusUnavailable` for everything else that is no answer.
        """
        await self.wait_for_rate_limit(priority)
        try:
            async with asyncio.timeout(self.timeouts.get_s):
                answer = await _read(self._asking(), "GET", url, self._key, None, LARGEST_STATUS_BYTES)
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
            raise StatusUnavailable(
                f"{self.account}: no answer ({_named(error)}); asking again is free"
            ) from error
        if answer.status in (404, 410):
            raise JobExpired(f"{self.account}: HTTP {answer.status} for {url}: {answer.message}")
        if answer.status in (401, 402, 403):
            raise StatusUnavailable(
                f"{self.account}: HTTP {answer.status}: {answer.message}; {ADVICE[str(answer.status)]}. "
                "The receipt stays in the ledger",
                permanent=True,
            )
        self._listen(answer)
        data = answer.json()
        if answer.status != 200 or answer.broken is not None or data is None:
            raise StatusUnavailable(
                f"{self.account}: HTTP {answer.status} without a readable answer: {answer.message}",
                retry_after_s=answer.retry_after_s,
            )
        return data

    async def download_without_key(self, url: str, to: Path) -> Path:
        """Stream a finished GLB to `to` without the key. Raises `DownloadFailed`, `JobExpired`."""
        return await download(
            self._asking(),
            urljoin(self.base_url + "/", url),
            to,
            account=self.account,
            timeout_s=self.timeouts.download_s,
        )

    async def aclose(self) -> None:
        if self._kept is not None:
            await self._kept.aclose()
            self._kept = None

    async def wait_for_rate_limit(self, priority: float = math.inf) -> None:
        """Wait until one more request fits into the account's rate; `order` leaves this to its caller."""
        if self.rate_limiter is not None:
            await self.rate_limiter.acquire(priority)

    def _listen(self, answer: Response) -> None:
        if answer.status == 429 and self.rate_limiter is not None:
            self.rate_limiter.pause(SILENCE_S if answer.retry_after_s is None else answer.retry_after_s)

    def _asking(self) -> httpx.AsyncClient:
        if self._kept is None:
            self._kept = self._client(keep=True)
        return self._kept

    def _client(self, *, keep: bool) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            timeout=httpx.Timeout(
                self.timeouts.read_write_s, connect=self.timeouts.connect_s, pool=self.timeouts.post_s
            ),
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=16 if keep else 0),
            follow_redirects=False,
            verify=_tls(),
            transport=_Borrowed(self._transport) if self._transport else None,
        )

    def _broken(self, row: outcome.Row, error: Exception) -> Exception:
        assert row.error is not None
        end = "nothing was bought" if row.resend else "it may be billed, so it is not sent again"
        return row.error(f"{self.account}: {row.event} ({_named(error)}): {row.why}; {end}")

    def _refused(self, answer: Response) -> Exception:
        row = outcome.row_for_status(answer.status, answer.text)
        start = f"{self.account}: HTTP {answer.status}: {answer.message}"
        if row.error is ProviderBusy:
            said = f"{start}; nothing was bought"
            return ProviderBusy(said, retry_after_s=answer.retry_after_s, status=answer.status)
        if row.error is ProviderRefused:
            advice = ADVICE.get(row.event, "see what it says")
            if row.event == "moved":
                start += f" -> {answer.headers.get('location', '?')}"
            return ProviderRefused(f"{start}; nothing was bought: {advice}", status=answer.status)
        return OutcomeUnknown(f"{start}: {row.why}; it may be billed, so it is not sent again")


class _Borrowed(httpx.AsyncBaseTransport):
    """A transport handed in from outside: used, but not closed with each client."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)


async def _read(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    headers: Mapping[str, str],
    content: AsyncIterator[bytes] | None,
    largest_bytes: int,
) -> Response:
    """The whole answer, or as much as came with what broke it; raises when there is not even a status."""
    body = bytearray()
    broken: Exception | None = None
    async with client.stream(method, url, headers=dict(headers), content=content) as response:
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > largest_bytes:
                    raise httpx.ReadError(f"more than {largest_bytes:,} bytes of answer")
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            broken = error
        return Response(response.status_code, bytes(body), response.headers, broken)


def _port(url: httpx.URL) -> int | None:
    return url.port or {"http": 80, "https": 443}.get(url.scheme)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
