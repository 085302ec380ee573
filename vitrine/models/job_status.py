"""The status of a job at a provider, and its outputs."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, JsonValue

from vitrine.record import Record


class Output(Record):
    """One result of a job: a URL to download, or its bytes in base64."""

    url: str | None = None
    b64: str | None = None


class JobStatus(Record):
    """The status of a job, the same for every provider."""

    state: Literal["queued", "processing", "completed", "failed"]
    progress: float | None = None
    outputs: tuple[Output, ...] = ()
    error: str | None = None
    charged: bool | None = None
    """False where the provider says that a failed job is not billed; `None` where it does not say."""
    effective: dict[str, JsonValue] = Field(default_factory=dict)
    """The settings of a finished job, as far as the provider reports them."""
    charged_usd: Decimal | None = None
    """Cost of a finished job; `None` where the provider does not report it."""
    raw_status: str = ""
    """The status as the provider calls it."""
    answer_keys: tuple[str, ...] = ()
    """The fields of the provider's answer, for the error that says that no file was found in it."""
