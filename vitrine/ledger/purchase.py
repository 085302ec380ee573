"""A line of the ledger: what was ordered, its state, and what it costs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from pydantic import ConfigDict, Field, JsonValue

from vitrine.models import Blob, Job
from vitrine.record import Record

State = Literal[
    "claimed",  # one process may send the order; nothing was sent
    "submitting",  # the intent is on disk; the order may have been sent
    "submitted",  # the provider returned a receipt
    "completed",  # the provider says that the model is done
    "fetched",  # the model is in the work store
    "refused",  # not bought: explicitly refused, or provably not sent; may be claimed again
    "failed",  # the provider could not make the model
    "expired",  # the provider deleted the job or its files before they were fetched
    "unknown",  # it was sent without a receipt; reconciliation or a person settles it
    "abandoned",  # bought, as a person says, and its model is lost
]

PAID: tuple[State, ...] = ("submitted", "completed", "fetched", "failed", "expired", "abandoned")
"""States of what a provider certainly accepted: the sum of what was spent."""
UNDER_WAY: tuple[State, ...] = ("claimed", "submitting", "unknown", "submitted", "completed")
"""States of what is not over: its model may still come."""
COUNTED: tuple[State, ...] = ("claimed", "submitting", "unknown", *PAID)
"""States that a cap counts: paid, about to be paid, or perhaps paid."""
WITH_RECEIPT: tuple[State, ...] = ("submitted", "completed", "fetched")
RECHECKED: tuple[State, ...] = ("failed", "expired")
"""States that are taken back when the provider has the job after all."""

MICROS = 1_000_000


def to_micros(usd: Decimal) -> int:
    """Return US dollars in whole millionths, so that sums are exact in every database."""
    return int((usd * MICROS).to_integral_value())


def to_usd(micros: int) -> Decimal:
    """Return millionths of a US dollar in US dollars."""
    """Return millionths of a US dollar as dollars, with two decimal places or more."""
    return (Decimal(micros) / MICROS).normalize() + Decimal("0.00")


class Purchase(Record):
    """A purchase as the ledger has it; its `key` is the key of its order.

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
    """The request that it serves, at whichever account: a hash, or empty if one account was named."""
    run: str
    owner: str
    price_usd: Decimal
    """What it costs: the quote, until the provider says what it charged."""
    quoted_usd: Decimal | None = None
    """The quote, if something else was charged."""
    effective: dict[str, JsonValue] | None = None
    """The settings that the model was made with, as far as the provider gives them."""
    measured: dict[str, JsonValue] | None = None
    """The settings that the file shows."""
    note: str | None = None
    """How the model falls short of its order."""
    request_id: str | None
    poll_url: str | None
    result_urls: list[str] | None = None
    """The links of the finished model, as the provider last gave them."""
    sent_uptime_s: float | None = None
    """When its order was sent, in seconds since its machine was started: see `vitrine.ledger.age`."""
    hook_token: str | None
    """The secret end of the URL at which the provider calls back."""
    called_back_at: datetime | None = Field(alias="nudged_at")
    """When it last called back."""
    raw_sha256: str | None
    raw_size_bytes: int | None
    error: str | None
    posts: int
    """How many times the order was about to be sent."""
    claimed_at: datetime
    submitting_at: datetime | None
    submitted_at: datetime | None
    completed_at: datetime | None
    fetched_at: datetime | None
    ended_at: datetime | None
    """When it became refused, failed, expired, unknown or abandoned."""
    source_sha256: str | None = None
    """SHA-256 of the photo as it was fetched; `None` for purchases of releases that did not record it."""
    photo_options: dict[str, JsonValue] | None = None
    """The options of preparation that are not the defaults."""
    pixels_sha256: str | None = None
    """SHA-256 of the prepared pixels."""
    identity: str | None = None
    """What it was bought as, whatever the attempt: see `vitrine.models.Order.identity`."""
    sent_sha256: str | None = None
    """SHA-256 of the image that was sent."""
    account: str | None = None
    """Fingerprint of the account that it was bought with."""
    first_missing_at: datetime | None = None
    """When the provider first said that it does not have the job or its file."""
    missing_seen: int = 0
    """How many times it said so."""

    @property
    def sent_at(self) -> datetime:
        """When its order was sent, or at the earliest may have been."""
        return self.submitting_at or self.claimed_at

    @property
    def raw(self) -> Blob | None:
        """The raw model in the work store, if it was fetched."""
        if self.raw_sha256 is None or self.raw_size_bytes is None:
            return None
        return Blob(sha256=self.raw_sha256, size_bytes=self.raw_size_bytes, media_type="model/gltf-binary")

    def job(self) -> Job:
        """Return the receipt, marked as reused. The purchase must have one."""
        assert self.request_id is not None
        assert self.submitted_at is not None
        return Job(
            key=self.key,
            provider=self.provider,
            request_id=self.request_id,
            poll_url=self.poll_url,
            price_usd=self.price_usd,
            submitted_at=self.submitted_at,
            attempt=self.attempt,
            reused=True,
        )
