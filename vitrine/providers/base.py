"""What every provider adapter is: three verbs, and an order that a ledger can key."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from vitrine.job_status import JobStatus
from vitrine.models import Blob, Job, Order
from vitrine.providers.http.rate_limiter import RateLimiter
from vitrine.recipe import Generation
from vitrine.record import Record


class PhotoUpload(Record):
    """A prepared photo on its way to a provider: the bytes, and a URL where one exists."""

    data: bytes
    media_type: str = "image/png"
    url: str | None = None


class ListedJob(Record):
    """One line of a provider's own list of jobs."""

    request_id: str
    created_at: datetime | None = None
    """By the provider's clock."""
    model: str | None = None
    settings: dict[str, JsonValue] | None = None
    """What it was ordered with, where the list says so."""


class RecentJobs(Record):
    """An account's jobs at its provider, newest first; `complete` when the list does not go on."""

    jobs: tuple[ListedJob, ...]
    complete: bool


class Charge(Record):
    """One line of an account's bill."""

    request_id: str | None = None
    usd: Decimal | None = None
    created_at: datetime | None = None
    """By the provider's clock."""


class RecentCharges(Record):
    """What an account was charged, newest first; `complete` when the bill does not go on."""

    lines: tuple[Charge, ...]
    complete: bool


class ImageTo3DProvider(Protocol):
    """An image-to-3D service behind an account.

    `submit` spends money; `status` and `fetch` never do.
    """

    name: str
    """`pixazo`, `empiriolabs`, `sandbox`; with `@host` where the base URL is not the provider's own."""
    needs_url: bool
    """True where photos must be reachable at a URL (Pixazo)."""
    typical_s: float
    """How long a job of this account usually takes, in seconds: what a wait plans its questions by."""
    poll_s: float
    """The shortest time between two questions after one job, in seconds."""
    listing_delay_s: float
    """How long after an order left it may still turn up in the provider's list, in seconds."""

    def order(self, photo: Blob, generation: Generation, *, attempt: int = 1) -> Order:
        """The order as it would be sent. Raises `OptionRefused` for what this provider does not take."""
        ...

    calls_back: bool
    """True where the provider can be given a URL to call when a job is done (Pixazo)."""
    requests_per_minute: float | None
    """What the account may ask in a minute, orders and polls together; `None` where nobody set a limit."""
    rate_limiter: RateLimiter | None
    """Keeps all requests inside that rate; shared by all adapters of the account."""

    async def price_usd(self, order: Order) -> Decimal:
        """What this order costs now, in US dollars. Raises `ConfigError` where nobody knows."""
        ...

    async def wait_for_rate_limit(self) -> None:
        """Wait until one more order fits into the account's rate."""
        ...

    async def submit(self, order: Order, upload: PhotoUpload, *, webhook_url: str | None = None) -> Job:
        """Buy one generation. Sends at most one POST; raises `NotSent`'s children or `OutcomeUnknown`.

        `webhook_url` only where the provider `calls_back`.
        """
        ...

    async def status(self, job: Job) -> JobStatus:
        """Ask after a job. Raises `StatusUnavailable` (ask again) or `JobExpired`."""
        ...

    async def fetch(self, job: Job, status: JobStatus, to: Path) -> Path:
        """Stream the finished GLB to `to`, checked by its bytes. Raises `DownloadFailed`, `JobExpired`."""
        ...

    async def recent_jobs(self) -> RecentJobs | None:
        """The account's newest jobs, `None` where a provider lists none. Raises `StatusUnavailable`."""
        ...

    async def recent_charges(self) -> RecentCharges | None:
        """The account's newest charges, `None` where a provider lists none. Raises `StatusUnavailable`."""
        ...

    async def aclose(self) -> None: ...
