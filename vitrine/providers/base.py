"""What every provider adapter offers, and the records that pass between it and its callers."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from pydantic import JsonValue

from vitrine.models import Job, PhotoIdentity
from vitrine.models.job_status import JobStatus
from vitrine.models.order import Order
from vitrine.providers.http.rate_limiter import RateLimiter
from vitrine.recipe import Generation
from vitrine.record import Record


class PhotoUpload(Record):
    """A prepared photo as it goes to a provider: its bytes, and its URL if it has one."""

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
    """The settings of its order, if the list shows them."""


class RecentJobs(Record):
    """An account's newest jobs at its provider, newest first."""

    jobs: tuple[ListedJob, ...]
    complete: bool
    """Whether these are all of its jobs."""


class Charge(Record):
    """One line of an account's bill."""

    request_id: str | None = None
    usd: Decimal | None = None
    created_at: datetime | None = None
    """By the provider's clock."""


class RecentCharges(Record):
    """An account's newest charges, newest first."""

    lines: tuple[Charge, ...]
    complete: bool
    """Whether these are all of its charges."""


class ImageTo3DProvider(Protocol):
    """An image-to-3D service, used through one account.

    `submit` spends money; no other method does.
    """

    name: str
    """`pixazo`, `empiriolabs`, `sandbox`; with `@host` where the base URL is not the provider's own."""
    needs_url: bool
    """Whether photos must be reachable at a URL (Pixazo)."""
    calls_back: bool
    """Whether the provider calls a URL when a job is done (Pixazo)."""
    typical_s: float
    """How long a job usually takes, in seconds; polls are planned by it."""
    poll_s: float
    """The shortest time between two polls of one job, in seconds."""
    job_memory_s: float
    """How long the provider has a finished job's status, in seconds; then it answers 404."""
    link_memory_s: float
    """How long the link of a finished model works, in seconds, at least."""
    listing_delay_s: float
    """How long after an order was sent it may still appear in the provider's list of jobs, in seconds."""
    requests_per_minute: float | None
    """The account's rate limit, orders and polls together; `None` if nobody set one."""
    rate_limiter: RateLimiter | None
    """Keeps all requests inside that rate. All adapters of an account share one."""

    def order(self, photo: PhotoIdentity, generation: Generation, *, attempt: int = 1) -> Order:
        """Return the order as it would be sent. Raises `OptionRefused` for an unsupported setting."""
        ...

    def fingerprint(self, salt: str) -> str:
        """Return a text of at most 100 characters by which a ledger knows the account, and not its key."""
        ...

    async def price_usd(self, order: Order) -> Decimal:
        """Return what the order costs now, in US dollars. Raises `ConfigError` if no price is known."""
        ...

    async def wait_for_rate_limit(self) -> None:
        """Wait until one more order fits into the account's rate."""
        ...

    async def submit(self, order: Order, upload: PhotoUpload, *, webhook_url: str | None = None) -> Job:
        """Buy one generation, with at most one POST. Raises `NotSent`'s children or `OutcomeUnknown`.

        Pass a `webhook_url` only if the provider `calls_back`.
        """
        ...

    async def status(self, job: Job) -> JobStatus:
        """GET a job's status. Raises `StatusUnavailable`; its child `JobNotFound` if the job is not known."""
        ...

    async def fetch(self, job: Job, status: JobStatus, to: Path) -> Path:
        """Write the finished GLB to the file `to`. Raises `DownloadFailed` or `JobNotFound`."""
        ...

    async def recent_jobs(self) -> RecentJobs | None:
        """Return the newest jobs; `None` if the provider has no such list. Raises `StatusUnavailable`."""
        ...

    async def recent_charges(self) -> RecentCharges | None:
        """Return the newest charges; `None` if the provider has no such list. Raises `StatusUnavailable`."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
