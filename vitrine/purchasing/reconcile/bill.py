"""Looking for an order on the account's bill, which, unlike the list of jobs, keeps everything, but lags.

A charge shows no settings: only its job, its time and its price can be compared. An order is *bought* if all
charges but one are this ledger's (at least three, which shows that the account serves nobody else), and that
one has the order's price and a time at which the order was under way; the other charges show how the
provider's clock differs. An order is *not bought* if the bill names its jobs, reaches back beyond the order,
has charges for later orders, is an hour older than the order, and has no unexplained charge at about its
time. Sums without lines, or lines without jobs, prove nothing.
"""

from __future__ import annotations

import statistics
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from vitrine.ledger.age import Age
from vitrine.ledger.purchase import Purchase
from vitrine.plain_text import count_of
from vitrine.providers.base import Charge, RecentCharges
from vitrine.purchasing.reconcile.verdict import Verdict, near_in_time

MIN_KNOWN_CHARGES = 3
"""So many charges of this ledger show that the account is its own, and how the provider's clock differs."""
UNDER_WAY_S = 240.0
"""How long after it was sent an order may be accepted: longer than its response is waited for (180 s)."""
EARLY_S = 60.0
"""How long before the order was sent its charge may be dated, after the clocks are compared."""
BILL_LAG_S = 3600.0
"""Charges may come late and out of order: a younger order that is missing on the bill proves nothing."""


def check_bill(
    purchase: Purchase,
    bill: RecentCharges,
    known: Mapping[str, datetime],
    *,
    others: Collection[str] = (),
    rivals: Sequence[Purchase] = (),
    age: Age,
) -> Verdict:
    """Return what the bill says; `known` are the ledger's receipts, request id -> time of submission.

    `others` are jobs that are another order's by the list of jobs. `rivals` are the account's other orders
    without a receipt.
    """
    sent_at = purchase.sent_at
    if any(line.request_id is None for line in bill.lines):
        return Verdict(outcome="open", why="the bill does not name its jobs")
    if age.clock_was_set:
        return Verdict(outcome="open", why="a clock was set since, so the times on the bill say nothing")
    after, before = _split(bill, known, sent_at)
    if before is None:
        return Verdict(
            outcome="open", why=f"the bill of {count_of(len(bill.lines), 'line')} does not reach back to it"
        )
    unexplained = [
        line for line in bill.lines if line.request_id not in known and line.request_id not in others
    ]
    offsets_s = _clock_offsets_s(bill, known)
    offset = timedelta(seconds=statistics.median(offsets_s)) if offsets_s else None
    near = [
        line
        for line in unexplained
        if line in after or offset is None or near_in_time(line.created_at, sent_at + offset)
    ]
    if not near:
        return _not_charged(after, known, sent_at, age)
    named = ", ".join(f"{line.request_id} (${line.usd})" for line in near)
    if len(unexplained) > 1:
        return Verdict(outcome="open", why=f"nobody here claims the charges of {named}", contradicts=True)
    if near[0].usd != purchase.price_usd or not _while_under_way(near[0], sent_at, offsets_s):
        return Verdict(outcome="open", why=f"nobody here claims the charge of {named}", contradicts=True)
    if any(rival.price_usd == purchase.price_usd for rival in rivals):
        why = f"the charge of {named} may be for it, or for another open order of the same price"
        return Verdict(outcome="open", why=why, contradicts=True)
    return Verdict(
        outcome="bought", request_id=near[0].request_id, why=f"the bill has it as job {near[0].request_id}"
    )


def _split(
    bill: RecentCharges, known: Mapping[str, datetime], sent_at: datetime
) -> tuple[tuple[Charge, ...], tuple[Charge, ...] | None]:
    """Split the bill at the newest line that is known to be older than the order.

    The second part is `None` if there is no such line and the bill may go on.
    """
    for number, line in enumerate(bill.lines):
        if known.get(line.request_id or "", sent_at) < sent_at:
            return bill.lines[:number], bill.lines[number:]
    return bill.lines, () if bill.complete else None


def _not_charged(
    after: tuple[Charge, ...], known: Mapping[str, datetime], sent_at: datetime, age: Age
) -> Verdict:
    if age.at_least_s < BILL_LAG_S:
        why = f"it is not on the bill, which may lag: it is believed {BILL_LAG_S / 60:.0f} min after an order"
        return Verdict(outcome="open", why=why)
    if not any(known.get(line.request_id or "", sent_at) > sent_at for line in after):
        return Verdict(outcome="open", why="the bill has nothing yet that was ordered after it")
    return Verdict(outcome="not-bought", why="it is not on the account's bill, which has later orders")


def _clock_offsets_s(bill: RecentCharges, known: Mapping[str, datetime]) -> list[float]:
    """Return how far the bill's clock is ahead of the ledger's, in seconds, by each charge that is known."""
    return [
        (line.created_at - known[line.request_id]).total_seconds()
        for line in bill.lines
        if line.request_id is not None and line.request_id in known and line.created_at is not None
    ]


def _while_under_way(line: Charge, sent_at: datetime, clock_offsets_s: list[float]) -> bool:
    """Whether a charge was made while the order was under way, by a clock that the known charges show."""
    if len(clock_offsets_s) < MIN_KNOWN_CHARGES or line.created_at is None:
        return False
    after_s = (line.created_at - sent_at).total_seconds() - statistics.median(clock_offsets_s)
    return -EARLY_S <= after_s <= UNDER_WAY_S
