"""Settling a purchase of unknown outcome by what a person says."""

from __future__ import annotations

from vitrine.errors import LedgerError
from vitrine.ledger.claim import PERHAPS_SENT
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.listing import find_by_prefix
from vitrine.ledger.owner import is_gone
from vitrine.ledger.purchase import Purchase
from vitrine.models import Job


def resolve(ledger: Ledger, prefix: str, *, bought: bool, request_id: str | None = None) -> Purchase:
    """Settle the purchase whose key begins with `prefix`; return it as it is then.

    Not bought: it may be ordered again. Bought, with the provider's request id: the next run fetches the
    model. Bought without one: it counts as spent, and the model is given up. Raises `LedgerError` for a
    purchase whose outcome is known, and for a job that belongs to another purchase.
    """
    purchase = find_by_prefix(ledger, prefix)
    named = f"purchase {purchase.key[:12]}"
    if purchase.state == "submitting" and is_gone(purchase.owner) is not False:
        ledger.settle(purchase, "unknown", PERHAPS_SENT)
        purchase = find_by_prefix(ledger, purchase.key)
    if purchase.state != "unknown":
        raise LedgerError(f"{named} is {purchase.state}: only an unknown one needs a person's word")
    if not bought:
        settled = ledger.settle(purchase, "refused", "a person says that it was not bought")
    elif request_id is None:
        why = "a person says that it was bought; its job is not known"
        settled = ledger.settle(purchase, "abandoned", why)
    else:
        job = Job(
            key=purchase.key,
            provider=purchase.provider,
            request_id=request_id,
            submitted_at=purchase.sent_at,
        )
        if not ledger.assign_job(job):
            raise LedgerError(f"job {request_id} belongs to another purchase; {named} stays unknown")
        settled = find_by_prefix(ledger, purchase.key).request_id == request_id
    now = find_by_prefix(ledger, purchase.key)
    if not settled:
        raise LedgerError(f"{named} has changed meanwhile and is {now.state}: look again")
    return now
