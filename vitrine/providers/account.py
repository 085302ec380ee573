"""What the accounts at all providers have in common: name, key, times, rate limit and download."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from vitrine.errors import DownloadFailed, JobNotFound
from vitrine.models import Job
from vitrine.models.job_status import JobStatus
from vitrine.models.order import Order
from vitrine.providers.http.client import TIMEOUTS, ProviderClient, Timeouts
from vitrine.providers.http.download import decode_base64
from vitrine.providers.http.find_sandbox import find_sandbox
from vitrine.providers.http.rate_limiter import RateLimiter
from vitrine.providers.prices import price_usd
from vitrine.providers.receipt import read_receipt
from vitrine.record import Record


class Times(Record):
    """How an account's server is treated, in seconds."""

    poll_s: float
    """The shortest time between two questions after one job."""
    typical_s: float
    """How long a job usually takes."""
    listing_delay_s: float
    """How long after an order left it may still turn up in the provider's list."""


HOSTED = Times(poll_s=5.0, typical_s=120.0, listing_delay_s=300.0)
"""Pixazo: "Poll every 5-10 seconds." EmpirioLabs counts polls into its 50 requests a minute. Hosted jobs
were seen to take 57 to 255 s. After 300 s an order was accepted or is lost: its response is waited for at
most 180 s."""
SANDBOX = Times(poll_s=0.5, typical_s=2.0, listing_delay_s=5.0)
"""For a server that says it is the sandbox: nobody set a limit there."""


class Account:
    """An account at a provider, or at any server under `base_url` that speaks the provider's protocol."""

    provider: ClassVar[str]
    official: ClassVar[str]
    """The provider's own base URL."""
    official_per_minute: ClassVar[float | None] = None
    """Requests a minute that the provider allows the whole account; `None` if it names no limit."""
    job_memory_s: float = 86_400.0
    """How long the status of a finished job can be asked for: a guess where the provider does not say."""
    link_memory_s: float = 86_400.0
    """How long the link of a finished model works: a guess where the provider does not say."""

    def __init__(
        self,
        api_key: str,
        *,
        base_url: str | None = None,
        name: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeouts: Timeouts = TIMEOUTS,
        requests_per_minute: float | None = None,
    ) -> None:
        base_url = base_url or self.official
        self.name = account_name(self.provider, name, base_url, self.official)
        # A name stands for its server: the sandbox gets another port with every start.
        self._identity = name or base_url.rstrip("/")
        self._default_rate = requests_per_minute is None
        self.requests_per_minute = self.official_per_minute if self._default_rate else requests_per_minute
        self.typical_s, self.poll_s = HOSTED.typical_s, HOSTED.poll_s
        self.listing_delay_s = HOSTED.listing_delay_s
        self._client = ProviderClient(
            self.name, base_url, self.key_headers(api_key), timeouts=timeouts, transport=transport
        )

    @staticmethod
    def key_headers(api_key: str) -> dict[str, str]:
        """Return the headers that carry the key; an empty value means "no key" and is refused."""
        raise NotImplementedError

    def fingerprint(self, salt: str) -> str:
        """Return 16 hex digits that tell this account from those with another key or URL.

        Nobody can find the key by them: the ledger's `salt` goes into them.
        """
        return self._client.key_hmac(salt, self._identity)[:16]

    async def detect_sandbox(self) -> None:
        """Use the sandbox's times, and no rate, if the server says it is the sandbox.

        An address tells nothing: at any address, loopback too, there may be a gateway that hands an order to
        a provider minutes later. Through a gateway the sandbox is polled as the sandbox, but an order without
        an answer gets its full time to turn up. The provider's own address is not asked.
        """
        if self._client.base_url == self.official:
            return
        kind = await find_sandbox(self._client)
        if kind == "none":
            return
        self.typical_s, self.poll_s = SANDBOX.typical_s, SANDBOX.poll_s
        if self._default_rate:
            self.requests_per_minute = None
        if kind == "direct":
            self.listing_delay_s = SANDBOX.listing_delay_s

    @property
    def rate_limiter(self) -> RateLimiter | None:
        """The limiter that all requests of the account wait for."""
        return self._client.rate_limiter

    @rate_limiter.setter
    def rate_limiter(self, rate_limiter: RateLimiter | None) -> None:
        self._client.rate_limiter = rate_limiter

    async def wait_for_rate_limit(self) -> None:
        """Wait until one more order fits into the account's rate."""
        await self._client.wait_for_rate_limit()

    async def fetch(self, job: Job, status: JobStatus, to: Path) -> Path:
        """Write the first output of `status` that is a whole GLB to the file `to`.

        The bytes decide, whatever the media type says. Raises the last output's `DownloadFailed` or
        `JobNotFound` if none is a GLB.
        """
        account = self.name
        keys = ", ".join(status.answer_keys) or "none"
        failure: DownloadFailed | JobNotFound = DownloadFailed(
            f"{account}: job {job.request_id} is {status.raw_status or status.state} but names no file; "
            f"its answer has the keys {keys}"
        )
        for output in status.outputs:
            try:
                if output.url is not None:
                    return await self._client.download_without_key(output.url, to)
                if output.b64 is not None:
                    return await asyncio.to_thread(decode_base64, output.b64, to, account=account)
            except (DownloadFailed, JobNotFound) as error:
                failure = error
        raise failure

    async def aclose(self) -> None:
        """Close the account's connections."""
        await self._client.aclose()

    async def _post_order(
        self,
        order: Order,
        path: str,
        body: Mapping[str, object],
        headers: Mapping[str, str],
        *,
        id_field: str,
        poll_field: str,
    ) -> Job:
        """Send an order, once, and return its receipt; the fields name where the receipt has its parts."""
        price = price_usd(self.provider, order.settings)
        response = await self._client.post_once(path, body, headers)
        return read_receipt(self._client, order, response, price, id_field=id_field, poll_field=poll_field)

    async def _get_status(self, job: Job, path: str) -> dict[str, object]:
        """GET a job's status at its receipt's poll URL if that is the provider's own, else at `path`."""
        url = self._client.same_origin_url(job.poll_url) or self._client.base_url + path
        return await self._client.get(url, priority=job.submitted_at.timestamp())


def account_name(provider: str, name: str | None, base_url: str, official: str) -> str:
    """Return `name`, or the provider's, followed by `@host:port` if the base URL is not the official one."""
    if name:
        return name
    return provider if base_url.rstrip("/") == official else f"{provider}@{urlsplit(base_url).netloc}"
