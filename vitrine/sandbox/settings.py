"""How a sandbox behaves, in one place.

Where PROVIDERS' documentation is silent or read in two ways, a setting chooses the reading; the default is
the documented one.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vitrine.record import Record
from vitrine.sandbox.faults.faults import Fault

Seconds = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Money = Annotated[Decimal, Field(ge=0)]


class PixazoReading(Record):
    """What Pixazo's documentation leaves open."""

    prices_usd: dict[int, Money] = Field(
        default={512: "0.35", 1024: "0.35", 1536: "0.35"}, validate_default=True
    )
    media_url: Literal["list", "string"] = "list"
    lower_case_status: bool = False
    gateway_errors: bool = False
    """True: refusals as the gateway in front words them, `{"statusCode", "message"}`."""
    refuse_unknown_fields: bool = False
    charge_failed: bool = True
    """Whether FAILED is charged; ERROR never is."""
    memory_s: Seconds = 86_400
    """How long a finished job is remembered."""
    webhook_copies: Annotated[int, Field(ge=0, le=20)] = 1
    """How often each webhook is posted."""


class EmpirioLabsReading(Record):
    """What EmpirioLabs' documentation leaves open."""

    prices_usd: dict[int, Money] = Field(
        default={512: "0.025", 1024: "0.249", 1536: "0.499"}, validate_default=True
    )
    poll_url: Literal["relative", "absolute", "missing"] = "relative"
    accepted_status: Literal[200, 201, 202] = 200
    statuses: Literal["documented", "observed", "upper"] = "documented"
    """`observed`: succeeded and error instead of completed and failed. `upper`: QUEUED … COMPLETED."""
    result: Literal["data", "output", "models", "bare"] = "data"
    """Where the file stands: result.data[0].url, output.models[0].url, data.models[0].url, or result.url."""
    error: Literal["object", "string", "message"] = "object"
    charge_failed: bool = True
    list_jobs: Literal["inputs", "plain", "missing"] = "inputs"
    """What `GET /v1/jobs` tells of each job: its settings too, or not; or the route is not there (404)."""
    usage: Literal["cost", "settings", "nothing"] = "cost"
    """What a finished model's `usage` says: its cost, what it was really made with as well, or nothing."""
    account_usage: Literal["jobs", "anonymous", "totals", "missing"] = "jobs"
    """`GET /v1/account/usage`: charges with their jobs, or without, sums only, or no such route (404)."""
    usage_lag_s: Seconds = 0
    """How long a charge takes to get into the account's usage."""
    memory_s: Seconds = 3_600
    """How long a finished job is remembered: one hour, as documented."""


class SandboxSettings(Record):
    """Everything that can be set; the default is a free, patient, instant service that takes any key."""

    keys: frozenset[str] = frozenset()
    """Keys that are let in. Empty: any key will do, as suits a preview on loopback; none at all is a 401."""
    wallets_usd: dict[str, Money] = Field(default_factory=dict)
    """What a key may spend in all, over restarts too when there is a book; unlisted keys have no limit."""
    price_usd: Money | None = None
    """One price for every model at either provider, instead of the real ones."""
    rate_limit_per_minute: Annotated[int, Field(ge=1)] | None = None
    """Requests a minute for each key, polls included (EmpirioLabs has 50). None: no limit, the default."""
    queue_s: Seconds = 0
    """How long a job is QUEUED."""
    latency_s: Seconds = 0
    """How long a job takes after that, at least: it ends no sooner than its model is made."""
    failure_rate: Fraction = 0
    """Share of the jobs that end as failed."""
    engine: Literal["preview", "stub"] = "preview"
    """`stub` hands out one tiny fixed model, so that thousands of jobs cost nothing."""
    processes: Annotated[int, Field(ge=0, le=64)] = 1
    """Processes that make models; 0 makes them in a thread of the server."""
    texture_format: Literal["webp", "png"] = "webp"
    book: Path | None = None
    """A file that sales are appended to (JSON lines, fsync before the answer). `<book>.files/` keeps
    photos and models, so that a restarted sandbox still knows its jobs."""
    link_lifetime_s: Seconds = 604_800
    """How long a result link works: 7 days, EmpirioLabs' figure."""
    clock_skew_s: float = 0
    """How far the service's clock is ahead of this machine's."""
    downgrade_1536: bool = False
    """Make 1536 models at 1024 and say nothing, as happens when `max_num_tokens` runs out."""
    charge_downgraded: Literal["asked", "made"] = "asked"
    """By which resolution a model is charged that was made at less than was asked for."""
    faults: tuple[Fault, ...] = ()
    """What is to go wrong, in order; more can be posted to /sandbox/faults."""
    pixazo: PixazoReading = PixazoReading()
    empiriolabs: EmpirioLabsReading = EmpirioLabsReading()
