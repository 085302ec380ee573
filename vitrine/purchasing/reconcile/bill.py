"""Was an order charged? The account's bill as evidence beside the list of jobs: it forgets nothing, but lags.

A charge carries no settings, so it is known by its job, its time and its price alone. *Bought*: every charge
is this ledger's, three at least, so that the account serves nobody else; but for one, at this order's price,
in the minutes in which the order was on its way (the provider's clock is read off the others). *Not bought*:
the bill names its jobs, reaches back beyond the order, is known to have gone on after it, an hour has passed,
and no charge about its time is nobody's. Sums without lines, or lines without jobs, prove nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from vitrine.ledger.purchase import Purchase
from vitrine.providers.base import Charge, RecentCharges
from vitrine.purchasing.reconcile.verdict import Verdict, near_in_time

CLAIMED = 3
"""So many charges that are this ledger's show whose account it is, and how its clock goes."""
ON_ITS_WAY_S = 240.0
"""How long after an order left it may still be taken: longer than the wait for its answer (180 s)."""
EARLY_S = 60.0
SETTLED_S = 3600.0
"""A charge may come late, and out of order: before this time its absence proves nothing."""


def check_bill(
    purchase: Purchase,
    bill: RecentCharges,
    known: Mapping[str, datetime],
    *,
    others: Collection[str] = (),
    rivals: Sequence[Purchase] = (),
    now: datetime,
) -> Verdict:
    """What the bill says; `known` are the ledger's receipts, request id -> when it was submitted.

    `others` are jobs that the list shows to be another order's; `rivals` are the other orders of this account
    that have no receipt either.
    """
    left_at = purchase.left_at
    if any(line.request_id is None for line in bill.lines):
        return Verdict(outcome="open", why="the bill does not name its jobs")
    after, before = _parted(bill, known, left_at)
    if before is None:
        return Verdict(outcome="open", why=f"the bill of {len(bill.lines)} lines does not reach back to it")
    nobodys = [line for line in bill.lines if line.request_id not in known and line.request_id not in others]
    near = [line for line in nobodys if line in after or near_in_time(line.created_at, left_at)]
    if not near:
        return _not_charged(after, known, left_at, now)
    named = ", ".join(f"{line.request_id} (${line.usd})" for line in near)
    if len(nobodys) > 1:
        return Verdict(outcome="open", why=f"nobody here claims the charges of {named}", contradicts=True)
    if near[0].usd != purchase.price_usd or not _on_its_way(near[0], bill, known, left_at):
        return Verdict(outcome="open", why=f"nobody here claims the charge of {named}", contradicts=True)
    if any(rival.price_usd == purchase.price_usd for rival in rivals):
        why = f"the charge of {named} may be for it, or for another open order of the same price"
        return Verdict(outcome="open", why=why, contradicts=True)
    return Verdict(
        outcome="bought", request_id=near[0].request_id, why=f"the bill has it as job {near[0].request_id}"
    )


def _parted(
    bill: RecentCharges, known: Mapping[str, datetime], left_at: datetime
) -> tuple[tuple[Charge, ...], tuple[Charge, ...] | None]:
    """The lines above the newest one that is known to be older than the order, and the rest.

    No rest (`None`) where there is no such line and the bill may go on.
    """
    for number, line in enumerate(bill.lines):
        if known.get(line.request_id or "", left_at) < left_at:
            return bill.lines[:number], bill.lines[number:]
    return bill.lines, () if bill.complete else None


def _not_charged(
    after: tuple[Charge, ...], known: Mapping[str, datetime], left_at: datetime, now: datetime
) -> Verdict:
    passed_s = (now - left_at).total_seconds()
    if passed_s < SETTLED_S:
        why = f"it is not on the bill, which may lag: it is believed {SETTLED_S / 60:.0f} min after an order"
        return Verdict(outcome="open", why=why)
    if not any(known.get(line.request_id or "", left_at) > left_at for line in after):
        return Verdict(outcome="open", why="the bill has nothing yet that was ordered after it")
    return Verdict(outcome="not-bought", why="it is not on the account's bill, which has later orders")


def _on_its_way(line: Charge, bill: RecentCharges, known: Mapping[str, datetime], left_at: datetime) -> bool:
    """Whether a charge came while the order was on its way, by a clock that the other charges show."""
    ahead = [
        (other.created_at - known[other.request_id]).total_seconds()
        for other in bill.lines
        if other.request_id is not None and other.request_id in known and other.created_at is not None
    ]
    if len(ahead) < CLAIMED or line.created_at is None:
        return False
    after_s = (line.created_at - left_at).total_seconds() - statistics.median(ahead)
    return -EARLY_S <= after_s <= ON_ITS_WAY_S
