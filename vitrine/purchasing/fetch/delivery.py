"""A fetched model, with what the ledger says of its price and its quality."""

from __future__ import annotations

from decimal import Decimal

from vitrine.ledger.ledger import Ledger
from vitrine.ledger.shortfalls import shortfalls
from vitrine.models import Blob, Delivery, Job


def delivery_of(ledger: Ledger, job: Job, raw: Blob) -> Delivery:
    """Return the model `raw` of a job with the price that was charged, and findings where it falls short."""
    purchase = ledger.get(job.key)
    if purchase is None:  # the receipt is from another ledger
        return Delivery(raw=raw, price_usd=job.price_usd or Decimal(0))
    return Delivery(raw=raw, price_usd=purchase.price_usd, findings=shortfalls(purchase))
