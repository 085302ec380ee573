"""The receipt of an order, and the model that it brought."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from vitrine.models.blob import Blob
from vitrine.models.finding import Finding
from vitrine.record import Record


class Job(Record):
    """The receipt of an accepted order: with it, any process can poll the job and fetch its model."""

    key: str
    provider: str
    request_id: str
    poll_url: str | None = None
    price_usd: Decimal | None = None
    submitted_at: datetime
    attempt: int = 1
    """The attempt of the purchase: a model that was bought anew has a later one."""
    reused: bool = False
    """Whether the ledger already had this purchase, so that nothing was bought now."""


class Delivery(Record):
    """A paid model in the work store, its final price, and where it falls short of its order."""

    raw: Blob
    price_usd: Decimal
    findings: tuple[Finding, ...] = ()
