"""One line of the ledger: what was ordered, how far it got, and what it costs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from vitrine.models import Blob, Job
from vitrine.record import Record

State = Literal[
    "claimed",  # one process has the right to order; nothing has left
    "submitting",  # the intent is on disk; the order may be on its way
    "submitted",  # the receipt is here
    "completed",  # the provider says it is done
    "fetched",  # the model is in the work store
    "refused",  # never bought: explicitly refused, or proven not to have left; may be claimed again
    "failed",  # the provider gave up on it
    "expired",  # the provider forgot it before it was fetched
    "unknown",  # it left, and nobody knows what became of it; only looking or a person decides
    "abandoned",  # bought, says a person, and its model is lost
]

PAID: tuple[State, ...] = ("submitted", "completed", "fetched", "failed", "expired", "abandoned")
"""What was certainly accepted by a provider: the ledger's sum."""
COUNTED: tuple[State, ...] = ("claimed", "submitting", "unknown", *PAID)
"""What a cap counts: paid, about to be paid, or perhaps paid."""
WITH_RECEIPT: tuple[State, ...] = ("submitted", "completed", "fetched")

MICROS = 1_000_000


def to_micros(usd: Decimal) -> int:
    """US dollars as whole millionths, so that sums are exact in every database."""
    return int((usd * MICROS).to_integral_value())


def to_usd(micros: int) -> Decimal:
    """Return millionths of a US dollar as dollars, with two decimal places or more."""
    return (Decimal(micros) / MICROS).normalize() + Decimal("0.00")


class Purchase(Record):
    """A purchase as the ledger has it; `key` is the order's.

    An alias is the name of the database column, and of the column in CSV.
    """

    model_config = ConfigDict(populate_by_name=True)

    key: str
    state: State
    provider: str
    model: str
    photo_sha256: str
    settings: dict[str, JsonValue]
    """The settings as they were sent."""
    attempt: int
    product: str
    request_key: str = Field(alias="wish")
    """What was wanted, whoever makes it: a hash, or empty where one account was named."""
    run: str
    owner: str
    price_usd: Decimal
    """What it costs: as quoted, until the provider says what it charged."""
    quoted_usd: Decimal | None = None
    """What was quoted, where something else was charged."""
    effective: dict[str, JsonValue] | None = None
    """The settings it was made with, as far as the provider says so."""
    measured: dict[str, JsonValue] | None = None
    """What the file itself says of them."""
    note: str | None = None
    """Where it falls short of its order."""
    request_id: str | None
    poll_url: str | None
    hook_token: str | None
    """The unguessable end of the address at which the provider may call back."""
    called_back_at: datetime | None = Field(alias="nudged_at")
    """When it last did."""
    raw_sha256: str | None
    raw_size_bytes: int | None
    error: str | None
    posts: int
    """How many times an order for this key was about to leave."""
    claimed_at: datetime
    submitting_at: datetime | None
    submitted_at: datetime | None
    completed_at: datetime | None
    fetched_at: datetime | None
    ended_at: datetime | None
    """When it was refused, failed, expired, unknown or abandoned."""

    @property
    def left_at(self) -> datetime:
        """When its order left, or at the earliest might have."""
        return self.submitting_at or self.claimed_at

    @property
    def raw(self) -> Blob | None:
        """The raw model in the work store, once it was fetched."""
        if self.raw_sha256 is None or self.raw_size_bytes is None:
            return None
        return Blob(sha256=self.raw_sha256, size_bytes=self.raw_size_bytes, media_type="model/gltf-binary")

    def job(self) -> Job:
        """The receipt, marked as reused. The purchase must have one."""
        assert self.request_id is not None
        assert self.submitted_at is not None
        return Job(
            key=self.key,
            provider=self.provider,
            request_id=self.request_id,
            poll_url=self.poll_url,
            price_usd=self.price_usd,
            submitted_at=self.submitted_at,
            reused=True,
        )
