"""What the accounts at all providers have in common: name, key, rate limit and download."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from vitrine.errors import DownloadFailed, JobExpired
from vitrine.job_status import JobStatus
from vitrine.models import Job, Order
from vitrine.providers.http.client import TIMEOUTS, ProviderClient, Timeouts
from vitrine.providers.http.download import decode_base64
from vitrine.providers.http.rate_limiter import RateLimiter
from vitrine.providers.prices import price_usd
from vitrine.providers.receipt import read_receipt

HOSTED_POLL_S = 5.0
"""Pixazo: "Poll every 5-10 seconds." EmpirioLabs counts polls into its 50 requests a minute."""
LOCAL_POLL_S = 0.5
"""A server on loopback is a sandbox, which sets no limit. A gateway has the provider behind it."""
HOSTED_TYPICAL_S = 120.0
"""Hosted jobs were seen to take 57 to 255 s."""
LOCAL_TYPICAL_S = 2.0
HOSTED_LISTING_DELAY_S = 300.0
"""By then an order was accepted or is lost: its response is waited for at most 180 s."""
LOCAL_LISTING_DELAY_S = 5.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Account:
    """An account at a provider, or at any server under `base_url` that speaks the provider's protocol."""

    provider: ClassVar[str]
    official: ClassVar[str]
    """The provider's own base URL."""
    official_per_minute: ClassVar[float | None] = None
    """Requests a minute that the provider allows the whole account; `None` if it names no limit."""

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
        local = urlsplit(base_url).hostname in LOOPBACK
        if requests_per_minute is None and not local:
            requests_per_minute = self.official_per_minute
        self.requests_per_minute = requests_per_minute
        self.typical_s = LOCAL_TYPICAL_S if local else HOSTED_TYPICAL_S
        self.poll_s = LOCAL_POLL_S if local else HOSTED_POLL_S
        self.listing_delay_s = LOCAL_LISTING_DELAY_S if local else HOSTED_LISTING_DELAY_S
        self._client = ProviderClient(
            self.name, base_url, self.key_headers(api_key), timeouts=timeouts, transport=transport
        )

    @staticmethod
    def key_headers(api_key: str) -> dict[str, str]:
        """Return the headers that carry the key; an empty value means "no key" and is refused."""
        raise NotImplementedError

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
        `JobExpired` if none is a GLB.
        """
        account = self.name
        failure: DownloadFailed | JobExpired = DownloadFailed(
            f"{account}: job {job.request_id} is {status.raw_status or status.state} but names no file"
        )
        for output in status.outputs:
            try:
                if output.url is not None:
                    return await self._client.download_without_key(output.url, to)
                if output.b64 is not None:
                    return decode_base64(output.b64, to, account=account)
            except (DownloadFailed, JobExpired) as error:
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
