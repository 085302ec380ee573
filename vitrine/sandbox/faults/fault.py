"""The description of a fault, and reading it from JSON.

A fault comes from the request header `X-Sandbox-Fault: <JSON>`, from `POST /sandbox/faults`, or from a chaos
file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from vitrine.record import Record

HEADER = "X-Sandbox-Fault"

Endpoint = Literal["submit", "status", "download", "any"]

# "After the sale" means that the order is accepted, recorded and charged before the response fails.
Kind = Literal[
    "answer",  # respond with `status`, `body` and `retry_after_s`; with `accepted`, after the sale
    "drop",  # close the connection without reading the request or responding; `accepted`: after the sale
    "reset",  # reset the connection in the middle of the response (of a submit: after the sale)
    "stall",  # send nothing for `delay_s`, then close; `accepted`: after the sale
    "slow",  # wait for `delay_s`, then respond as usual; `accepted`: wait after the sale
    "garbage",  # a 2xx whose body is not JSON (of a submit: after the sale; of a download: not a GLB)
    "no-id",  # a 2xx without a request id, after the sale
    "skew-clock",  # advance the sandbox's clock by `delay_s` for good, then respond as usual
    "crash",  # end the process at once with os._exit; `accepted`: after the sale
    "truncate",  # downloads: send half of the file, then close the connection
    "expired-link",  # downloads: respond with 403
    "fail-job",  # the submitted job ends as failed (Pixazo: FAILED)
    "error-job",  # the job ends with a system error, which is not charged (Pixazo: ERROR)
    "cancel-job",  # the job ends as cancelled
    "lose-job",  # the job is unknown from the start: 404
    "stuck-job",  # the job never ends
    "slow-queue",  # the job is queued for `delay_s` longer
    "odd-status",  # one status response carries `status_word`, which no documentation lists
    "downgrade",  # the job is generated at 1024, whatever resolution was ordered
    "expire-links",  # the job's result links have expired when they are issued
    "dead-link",  # the job's result link responds with 404
    "truncate-job",  # every download of the job's file is cut short
    "repeat-webhook",  # the job posts its webhook five times
    "early-webhook",  # the job also posts its webhook before it has ended
]
JOB_FAULTS = frozenset(
    {
        "fail-job",
        "error-job",
        "cancel-job",
        "lose-job",
        "stuck-job",
        "slow-queue",
        "odd-status",
        "downgrade",
        "expire-links",
        "dead-link",
        "truncate-job",
        "repeat-webhook",
        "early-webhook",
    }
)
"""Kinds that change the job of a submit; the response to the submit itself is the usual one."""


class Fault(Record):
    """One fault, which the sandbox injects `times` times."""

    kind: Kind
    on: Endpoint = "submit"
    provider: Literal["pixazo", "empiriolabs", "any"] = "any"
    times: Annotated[int, Field(ge=1)] | None = 1
    """How many requests fail in all; None: every matching request."""
    duration_s: Annotated[float, Field(gt=0)] | None = None
    """How long it lasts, from the first request that fails; then it is over, whatever `times` is."""
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    """The chance that a matching request fails. Requests that do not fail do not count towards `times`."""
    after: Annotated[int, Field(ge=0)] = 0
    """How many matching requests succeed first."""
    accepted: bool = False
    """Whether the sandbox accepts (and charges) the order before the fault."""
    status: Annotated[int, Field(ge=200, le=599)] = 503
    body: Literal["provider", "html", "text", "empty"] = "provider"
    """The error body: the provider's JSON, a proxy's HTML page, plain text, or nothing."""
    retry_after_s: int | str | None = None
    """Value of the `Retry-After` header: seconds, or any text (an HTTP date, an invalid value)."""
    delay_s: Annotated[float, Field(ge=0, le=3600)] = 30.0
    status_word: str = "HIBERNATING"


class FaultError(ValueError):
    """A fault is not valid; the message names the field."""


def read_faults(text: str) -> tuple[Fault, ...]:
    """Parse one fault or a list of faults from JSON. Raises `FaultError`."""
    try:
        data = json.loads(text)
        return tuple(Fault.model_validate(one) for one in (data if isinstance(data, list) else [data]))
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'fault'}: {e['msg']}" for e in error.errors())
        raise FaultError(where) from error
    except ValueError as error:
        raise FaultError(f"not JSON: {error}") from error


def read_chaos(path: Path) -> tuple[Fault, ...]:
    """Read the faults of a chaos file: one JSON object, or a list of them.

    A restarted sandbox starts the list again. Raises `FaultError` with the path of the file.
    """
    try:
        return read_faults(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, FaultError) as error:
        raise FaultError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
