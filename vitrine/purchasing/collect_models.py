"""Fetching paid models that no run waits for any more: their process has ended, or has given up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import JobExpired, JobFailed, JobLate, StatusUnavailable, VitrineError
from vitrine.ledger.claim import LEASE_S, PERHAPS_SENT
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.ledger.owner import is_gone
from vitrine.ledger.purchase import WITH_RECEIPT, Purchase
from vitrine.providers.base import ImageTo3DProvider
from vitrine.purchasing.fetch_model import Store, fetch_model
from vitrine.purchasing.reconcile.reconcile import reconcile
from vitrine.record import Record

RUN_WAITS = timedelta(minutes=25)
"""A living process of this machine is left alone with its purchase for so long.

The deployment `collect` runs every 30 minutes, and EmpirioLabs remembers a job for 60 minutes after its end:
every job is asked for at least once in that hour, whatever its process does.
"""


class Collected(Record):
    """What became of one purchase."""

    key: str
    product: str
    provider: str
    outcome: Literal["fetched", "waiting", "unknown", "not bought", "lost", "error"]
    message: str = ""


def find_uncollected(ledger: Ledger, providers: Collection[str], *, now: datetime) -> list[Purchase]:
    """Return the purchases at these accounts that may have a model and are not waited for, oldest first.

    A process on another machine cannot be seen from here; its purchases are returned, as to ask for a model
    twice costs nothing.
    """
    wanted = Filter(states=("submitting", "unknown", "submitted", "completed"))
    return [
        purchase
        for purchase in list_purchases(ledger, wanted)
        if purchase.provider in providers and _is_uncollected(purchase, now)
    ]


def _is_uncollected(purchase: Purchase, now: datetime) -> bool:
    gone = is_gone(purchase.owner)
    age = now - purchase.sent_at
    if purchase.state == "submitting":  # a living process is sending it
        return gone is True or (gone is None and age > timedelta(seconds=LEASE_S))
    return gone is not False or age > RUN_WAITS


async def collect_model(
    purchase: Purchase,
    provider: ImageTo3DProvider,
    ledger: Ledger,
    store: Store,
    deadline_s: float,
    *,
    clock: Clock = SYSTEM_CLOCK,
) -> Collected:
    """Look up an order without a receipt, then fetch its model; a failure is a result, too. Buys nothing."""
    line = Collected(
        key=purchase.key, product=purchase.product, provider=purchase.provider, outcome="unknown"
    )
    try:
        if purchase.state == "submitting":
            ledger.settle(purchase, "unknown", PERHAPS_SENT)
            purchase = ledger.get(purchase.key) or purchase
        if purchase.state == "unknown":
            verdict = await reconcile(purchase, provider, ledger, clock=clock)
            purchase = ledger.get(purchase.key) or purchase
            if verdict.outcome == "not-bought":
                return line.model_copy(update={"outcome": "not bought", "message": verdict.why})
            line = line.model_copy(update={"message": verdict.why})
        if purchase.state not in WITH_RECEIPT:
            return line
        await fetch_model(purchase.job(), provider, ledger, store, deadline_s, clock=clock)
    except (JobLate, StatusUnavailable) as error:
        return line.model_copy(update={"outcome": "waiting", "message": str(error)})
    except (JobFailed, JobExpired) as error:
        return line.model_copy(update={"outcome": "lost", "message": str(error)})
    except VitrineError as error:
        return line.model_copy(update={"outcome": "error", "message": str(error)})
    return line.model_copy(update={"outcome": "fetched", "message": ""})
