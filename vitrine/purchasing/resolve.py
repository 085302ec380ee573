"""A person's word on a purchase of which nobody knows whether it was bought."""

from __future__ import annotations

from vitrine.errors import LedgerError
from vitrine.ledger.claim import PERHAPS_SENT
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.listing import one
from vitrine.ledger.owner import is_gone
from vitrine.ledger.purchase import Purchase
from vitrine.models import Job


def resolve(ledger: Ledger, prefix: str, *, bought: bool, request_id: str | None = None) -> Purchase:
    """Settle the purchase whose key begins with `prefix`; returns it as it then stands.

    Not bought: it may be ordered again. Bought, with the provider's request id: the next run brings the model
    home. Bought without one: it counts as spent, and the model is given up. Raises `LedgerError` for a
    purchase that is not open, or whose job belongs to another one.
    """
    purchase = one(ledger, prefix)
    named = f"purchase {purchase.key[:12]}"
    if purchase.state == "submitting" and is_gone(purchase.owner) is not False:
        ledger.settle(purchase, "unknown", PERHAPS_SENT)
        purchase = one(ledger, purchase.key)
    if purchase.state != "unknown":
        raise LedgerError(f"{named} is {purchase.state}: only an unknown one needs a person's word")
    if not bought:
        settled = ledger.settle(purchase, "refused", "a person says that it was not bought")
    elif request_id is None:
        settled = ledger.settle(
            purchase, "abandoned", "a person says that it was bought; its job is not known"
        )
    else:
        job = Job(
            key=purchase.key,
            provider=purchase.provider,
            request_id=request_id,
            submitted_at=purchase.left_at,
        )
        if not ledger.assign_job(job):
            raise LedgerError(f"job {request_id} belongs to another purchase; {named} stays unknown")
        settled = one(ledger, purchase.key).request_id == request_id
    now = one(ledger, purchase.key)
    if not settled:
        raise LedgerError(f"{named} has moved on meanwhile and is {now.state}: look again")
    return now
