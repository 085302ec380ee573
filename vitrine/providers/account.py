"""What all accounts do alike: their name and line, their rate limit, and bringing the model to disk."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

import httpx

from vitrine.errors import DownloadFailed, JobExpired
from vitrine.job_status import JobStatus
from vitrine.models import Job
from vitrine.providers.http.client import TIMEOUTS, ProviderClient, Timeouts
from vitrine.providers.http.download import unpack
from vitrine.providers.http.rate_limiter import RateLimiter

HOSTED_POLL_S = 5.0
"""Pixazo: "Poll every 5-10 seconds." EmpirioLabs counts polls into its 50 requests a minute."""
LOCAL_POLL_S = 0.5
"""On loopback there is a sandbox, and nobody set a limit. A gateway has the provider behind it."""
HOSTED_TYPICAL_S = 120.0
"""Hosted jobs were seen at 57 to 255 s."""
LOCAL_TYPICAL_S = 2.0
HOSTED_LISTING_DELAY_S = 300.0
"""An order that left is taken or lost by then: its answer is waited for at most 180 s."""
LOCAL_LISTING_DELAY_S = 5.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Account:
    """An account at a provider, or at whatever speaks its protocol under `base_url`."""

    provider: ClassVar[str]
    official: ClassVar[str]
    """The provider's own base URL."""
    official_per_minute: ClassVar[float | None] = None
    """Requests a minute that the provider allows the whole account; `None` where it names no limit."""

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
        """How this provider wants the key; an empty value is refused as "no key"."""
        raise NotImplementedError

    @property
    def rate_limiter(self) -> RateLimiter | None:
        return self._client.rate_limiter

    @rate_limiter.setter
    def rate_limiter(self, rate_limiter: RateLimiter | None) -> None:
        self._client.rate_limiter = rate_limiter

    async def wait_for_rate_limit(self) -> None:
        """Wait until one more order fits into the account's rate."""
        await self._client.wait_for_rate_limit()

    async def fetch(self, job: Job, status: JobStatus, to: Path) -> Path:
        """Stream the finished GLB to `to`, checked by its bytes. Raises `DownloadFailed`, `JobExpired`."""
        return await fetch_output(self._client, job, status, to)

    async def aclose(self) -> None:
        await self._client.aclose()


def account_name(provider: str, name: str | None, base_url: str, official: str) -> str:
    """`name`, or the provider's own; with `@host:port` where the base URL is not the official one."""
    if name:
        return name
    return provider if base_url.rstrip("/") == official else f"{provider}@{urlsplit(base_url).netloc}"


def status_url(client: ProviderClient, job: Job, path: str) -> str:
    """Where to ask: the receipt's poll URL when it is the provider's own, else the documented path."""
    return client.same_origin_url(job.poll_url) or client.base_url + path


async def fetch_output(client: ProviderClient, job: Job, status: JobStatus, to: Path) -> Path:
    """Write the first output that is a whole GLB to `to`; `media_type`s are not believed, bytes are.

    Raises `DownloadFailed` or `JobExpired` of the last output when none is.
    """
    failure: DownloadFailed | JobExpired = DownloadFailed(
        f"{client.account}: job {job.request_id} is {status.raw_status or status.state} but names no file"
    )
    for output in status.outputs:
        try:
            if output.url is not None:
                return await client.download_without_key(output.url, to)
            if output.b64 is not None:
                return unpack(output.b64, to, account=client.account)
        except (DownloadFailed, JobExpired) as error:
            failure = error
    raise failure
