"""The settings of a sandbox.

The providers' documentation is incomplete or ambiguous in places. There, a setting chooses the behaviour; its
default is the documented one.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from vitrine.record import Record
from vitrine.sandbox.faults.fault import Fault

Seconds = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Money = Annotated[Decimal, Field(ge=0)]


class PixazoOptions(Record):
    """Behaviour that Pixazo's documentation does not define."""

    prices_usd: dict[int, Money] = Field(
        default={512: "0.35", 1024: "0.35", 1536: "0.35"}, validate_default=True
    )
    """The price of a model by resolution."""
    media_url: Literal["list", "string"] = "list"
    lower_case_status: bool = False
    gateway_errors: bool = False
    """True: errors have the form of the API gateway's, `{"statusCode", "message"}`."""
    refuse_unknown_fields: bool = False
    charge_failed: bool = True
    """Whether a FAILED job is charged. An ERROR job never is."""
    job_retention_s: Seconds = 86_400
    """How long the status of a job is available after its end."""
    webhook_copies: Annotated[int, Field(ge=0, le=20)] = 1
    """How often each webhook is posted."""


class EmpirioLabsOptions(Record):
    """Behaviour that EmpirioLabs' documentation does not define."""

    prices_usd: dict[int, Money] = Field(
        default={512: "0.025", 1024: "0.249", 1536: "0.499"}, validate_default=True
    )
    """The price of a model by resolution."""
    poll_url: Literal["relative", "absolute", "missing"] = "relative"
    accepted_status: Literal[200, 201, 202] = 200
    statuses: Literal["documented", "observed", "upper"] = "documented"
    """`observed`: succeeded and error instead of completed and failed. `upper`: QUEUED … COMPLETED."""
    result: Literal["data", "output", "models", "bare"] = "data"
    """Path of the file's URL: result.data[0].url, output.models[0].url, data.models[0].url, or result.url."""
    error: Literal["object", "string", "message"] = "object"
    charge_failed: bool = True
    list_jobs: Literal["inputs", "plain", "missing"] = "inputs"
    """Whether `GET /v1/jobs` lists jobs with their inputs, without them, or does not exist (404)."""
    usage: Literal["cost", "settings", "nothing"] = "cost"
    """The `usage` of a completed job: its cost, its cost and the settings it was generated with, or none."""
    account_usage: Literal["jobs", "anonymous", "totals", "missing"] = "jobs"
    """`GET /v1/account/usage`: charges with job ids, without them, totals only, or no such route (404)."""
    usage_lag_s: Seconds = 0
    """How long it takes until a charge appears in the account's usage."""
    job_retention_s: Seconds = 3_600
    """How long a job is available after its end: one hour, as documented."""


class SandboxSettings(Record):
    """Every setting. By default all keys are valid, jobs end at once and nothing fails."""

    keys: frozenset[str] = frozenset()
    """Valid API keys. Empty: any key is valid. A request without a key gets 401 in both cases."""
    wallets_usd: dict[str, Money] = Field(default_factory=dict)
    """The most that a key can spend in all, over restarts too with a sales log. Other keys have no limit."""
    rotated_keys: dict[str, str] = Field(default_factory=dict)
    """New key -> the key that it replaces. Both belong to one wallet; the old one is refused."""
    price_usd: Money | None = None
    """One price for every model of both providers, instead of their own prices."""
    rate_limit_per_minute: Annotated[int, Field(ge=1)] | None = None
    """Requests a minute for each key, status requests included (EmpirioLabs has 50). None: no limit."""
    queue_s: Seconds = 0
    """How long a job is queued."""
    latency_s: Seconds = 0
    """How long a job is processed, at least: it does not end before its model is generated."""
    failure_rate: Fraction = 0
    """Share of the jobs that end as failed."""
    engine: Literal["preview", "stub"] = "preview"
    """`stub` returns one small fixed model, so that thousands of jobs take no computing time."""
    processes: Annotated[int, Field(ge=0, le=64)] = 1
    """Processes that generate models; 0 generates them in a thread of the server."""
    texture_format: Literal["webp", "png"] = "webp"
    sales_log: Path | None = None
    """A file to which sales are appended (JSON Lines, fsync before the response).

    The folder `<sales_log>.files/` keeps photos and models, so that a restarted sandbox restores its jobs.
    """
    link_lifetime_s: Seconds = 604_800
    """How long a result link is valid: 7 days, as EmpirioLabs documents."""
    clock_skew_s: float = 0
    """How far the sandbox's clock is ahead of this machine's clock."""
    downgrade_1536: bool = False
    """Generate 1536 models at 1024 and do not report it, as happens when `max_num_tokens` is too small."""
    charge_downgraded: Literal["asked", "made"] = "asked"
    """Whether a downgraded model is charged by the ordered resolution or by the generated one."""
    faults: tuple[Fault, ...] = ()
    """Faults to inject, in order; `POST /sandbox/faults` adds more."""
    pixazo: PixazoOptions = PixazoOptions()
    empiriolabs: EmpirioLabsOptions = EmpirioLabsOptions()
