"""What goes wrong, on demand.

A fault is asked for by the request itself (header `X-Sandbox-Fault: <JSON>`), by `POST /sandbox/faults`, or
by a chaos file.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from vitrine.record import Record

HEADER = "X-Sandbox-Fault"

Where = Literal["submit", "status", "download", "any"]

Kind = Literal[
    "answer",  # say `status` with a `body`, and `retry_after_s`; with `accepted`, after the sale
    "drop",  # close the connection without a word, the request's body unread; `accepted`: after the sale
    "reset",  # reset the connection in the middle of the answer (of a submit: after the sale)
    "stall",  # hold still for `delay_s`, then close; `accepted`: after the sale
    "slow",  # hold still for `delay_s`, then go on as usual; `accepted`: after the sale
    "garbage",  # a 2xx that is no JSON (of a submit: after the sale; of a download: no GLB)
    "no-id",  # a 2xx without a request id, after the sale
    "skew-clock",  # turn the service's clock ahead by `delay_s`, for good, then go on as usual
    "crash",  # the process ends at once, by os._exit; `accepted`: after the sale
    "truncate",  # downloads: half the file, then the connection is closed
    "expired-link",  # downloads: 403
    "fail-job",  # the job of this submit ends as failed (Pixazo: FAILED)
    "error-job",  # … as a system error, which is not charged (Pixazo: ERROR)
    "cancel-job",  # … as cancelled
    "lose-job",  # the job of this submit is forgotten at once: 404
    "stuck-job",  # … never ends
    "slow-queue",  # … is queued `delay_s` longer
    "odd-status",  # … answers one status that nobody documents, `status_word`, then goes on
    "downgrade",  # … is made at 1024 whatever was asked for
    "expire-links",  # … its result links have expired when they are handed out
    "dead-link",  # … its result link leads nowhere (404)
    "truncate-job",  # … its file is cut short, however often it is fetched
    "repeat-webhook",  # … posts its webhook five times
    "early-webhook",  # … posts its webhook before it is done as well
]
OF_JOBS = frozenset(
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


class Fault(Record):
    """One thing that goes wrong, `times` times."""

    kind: Kind
    on: Where = "submit"
    provider: Literal["pixazo", "empiriolabs", "any"] = "any"
    times: Annotated[int, Field(ge=1)] | None = 1
    """How often, in all; None: for good."""
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    """For each request that fits; a request that is spared does not count."""
    after: Annotated[int, Field(ge=0)] = 0
    """How many fitting requests are let through first."""
    accepted: bool = False
    """Whether the order is taken (and charged) before it goes wrong."""
    status: Annotated[int, Field(ge=200, le=599)] = 503
    body: Literal["provider", "html", "text", "empty"] = "provider"
    """In whose words: the provider's JSON, a proxy's HTML page, plain text, or nothing."""
    retry_after_s: int | str | None = None
    """`Retry-After`: seconds, or whatever text is to stand there (an HTTP date, rubbish)."""
    delay_s: Annotated[float, Field(ge=0, le=3600)] = 30.0
    status_word: str = "HIBERNATING"


class FaultError(ValueError):
    """A fault that cannot be understood; the message says which field."""


def read_faults(text: str) -> tuple[Fault, ...]:
    """One fault or a list of them, as JSON. Raises `FaultError`."""
    try:
        data = json.loads(text)
        return tuple(Fault.model_validate(one) for one in (data if isinstance(data, list) else [data]))
    except ValidationError as error:
        where = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'fault'}: {e['msg']}" for e in error.errors())
        raise FaultError(where) from error
    except ValueError as error:
        raise FaultError(f"not JSON: {error}") from error


def read_chaos(path: Path) -> tuple[Fault, ...]:
    """The faults of a chaos file: one JSON object, or a list of them. Raises `FaultError` naming the file.

    A restarted sandbox begins it anew.
    """
    try:
        return read_faults(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, FaultError) as error:
        raise FaultError(f"{path}: {getattr(error, 'strerror', None) or error}") from error


@dataclass(slots=True)
class _Pending:
    fault: Fault
    used: int = 0
    let_through: int = 0


class FaultQueue:
    """The faults still to come. The first that fits a request is taken."""

    def __init__(self, faults: tuple[Fault, ...] = (), *, seed: int = 0) -> None:
        self._random = random.Random(seed)
        self._pending: list[_Pending] = []
        self.add(faults)

    def add(self, faults: tuple[Fault, ...]) -> None:
        self._pending += [_Pending(fault) for fault in faults]

    def clear(self) -> None:
        self._pending = []

    @property
    def pending(self) -> list[Fault]:
        return [entry.fault for entry in self._pending]

    def take(self, on: Where, provider: str, headers: Mapping[str, str]) -> Fault | None:
        """The fault for this request, if any. Raises `FaultError` for a header that makes no sense."""
        if (asked := headers.get(HEADER)) is not None:
            for fault in read_faults(asked):
                if fault.on in (on, "any"):
                    return fault
        for entry in self._pending:
            fault = entry.fault
            if fault.on not in (on, "any") or fault.provider not in (provider, "any"):
                continue
            if entry.let_through < fault.after:
                entry.let_through += 1
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            entry.used += 1
            if fault.times is not None and entry.used >= fault.times:
                self._pending.remove(entry)
            return fault
        return None
