"""The HTTP requests of a shop's client: checked addresses, bounded answers, errors by class."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx

from vitrine.errors import ConfigError, Refused, ShopRefused, ShopUnavailable
from vitrine.fetching.body import IDENTITY, read_body
from vitrine.fetching.policy import FetchPolicy
from vitrine.fetching.redact import redact
from vitrine.fetching.transport import GuardedTransport
from vitrine.json_text import parse_json

MAX_ANSWER_BYTES = 8_000_000
TIMEOUT_S = 60.0
UPLOAD_TIMEOUT_S = 900.0
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read whole."""

    status: int
    headers: httpx.Headers
    body: bytes

    def json(self) -> Any:
        """Return the JSON, or `None` for a body that is none."""
        try:
            return parse_json(self.body)
        except ValueError:
            return None

    @property
    def retry_after_s(self) -> float | None:
        """The header `Retry-After` in seconds, as Shopify and most gateways write it (`2.0`)."""
        try:
            return max(float(self.headers["Retry-After"]), 0.0)
        except (KeyError, ValueError):
            return None

    @property
    def text(self) -> str:
        """The start of the body, on one line."""
        return " ".join(self.body[:300].decode("utf-8", "replace").split())


class ShopHttp:
    """Sends requests to one shop, and uploads to the addresses that it names; follows no redirect."""

    def __init__(self, name: str, base_url: str, headers: Mapping[str, str]) -> None:
        self.name = name
        self._headers = dict(headers)
        self._policy = FetchPolicy.from_env().with_origin(base_url)
        self._client: httpx.AsyncClient | None = None

    async def send(self, method: str, url: str, *, json_body: object = None, **query: str) -> Answer:
        """Send a request with the shop's key. Raises `ShopUnavailable` if there is no whole answer."""
        return await self._send(method, url, TIMEOUT_S, headers=self._headers, json=json_body, params=query)

    async def upload(
        self, url: str, fields: Mapping[str, str], name: str, data: bytes, media_type: str
    ) -> None:
        """Post a file as a form, its fields first, without the shop's key. Raises `ShopError`."""
        answer = await self._send(
            "POST", url, UPLOAD_TIMEOUT_S, data=dict(fields), files={"file": (name, data, media_type)}
        )
        if answer.status >= 500 or answer.status in (408, 429):
            raise ShopUnavailable(
                f"{self.name}: the upload to {redact(url)} got HTTP {answer.status}: {answer.text}",
                retry_after_s=answer.retry_after_s,
            )
        if answer.status >= 300:
            raise ShopRefused(
                f"{self.name}: the upload of {name} ({len(data):,} bytes) got HTTP {answer.status}: "
                f"{answer.text}"
            )

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _send(self, method: str, url: str, timeout_s: float, **request: Any) -> Answer:
        client = self._opened()
        headers = {**IDENTITY, **request.pop("headers", {})}
        request = {key: value for key, value in request.items() if value}
        try:
            async with (
                asyncio.timeout(timeout_s),
                client.stream(method, url, headers=headers, **request) as response,
            ):
                body = await read_body(response, MAX_ANSWER_BYTES)
                return Answer(response.status_code, response.headers, body)
        except Refused as error:
            raise ShopRefused(f"{self.name}: {error}") from error
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError) as error:
            said = str(error) or type(error).__name__
            raise ShopUnavailable(f"{self.name}: no answer from {redact(url)}: {said}") from error

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                timeout=httpx.Timeout(TIMEOUT_S, connect=15.0),
                follow_redirects=False,
                transport=GuardedTransport(self._policy),
            )
        return self._client


def checked_origin(kind: str, url: str) -> str:
    """Return `url` without a slash at its end. Raises `ConfigError` unless it is https, or this machine's.

    A key that is sent over plain http can be read on its way.
    """
    try:
        location = urlsplit(url)
    except ValueError as error:
        raise ConfigError(f"{kind} {redact(url)!r}: not a usable URL: {error}") from error
    if not location.hostname or location.username or location.query or location.fragment:
        raise ConfigError(
            f"{kind} {redact(url)!r}: write the address of the shop, such as https://shop.example"
        )
    if location.scheme != "https" and not (location.scheme == "http" and location.hostname in LOOPBACK):
        raise ConfigError(f"{kind} {redact(url)!r}: the key is sent there, so it has to start with https://")
    return url.rstrip("/")
