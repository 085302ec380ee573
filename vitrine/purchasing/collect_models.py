"""Fetching paid models that no run waits for any more: their process has ended, or has given up."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Literal

from vitrine.clock import SYSTEM_CLOCK, Clock
from vitrine.errors import JobExpired, JobFailed, JobLate, StatusUnavailable, VitrineError
from vitrine.ledger.accounts.rate_lease import attach_rate_limiter
from vitrine.ledger.age import age_of
from vitrine.ledger.claim import LEASE_S, PERHAPS_SENT
from vitrine.ledger.ledger import Ledger
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.ledger.owner import is_gone
from vitrine.ledger.purchase import RECHECKED, WITH_RECEIPT, Purchase
from vitrine.providers.base import ImageTo3DProvider
from vitrine.purchasing.fetch.not_found import may_be_kept
from vitrine.purchasing.fetch_model import Store, fetch_model
from vitrine.purchasing.reconcile.reconcile import reconcile
from vitrine.purchasing.revive import revive
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
    outcome: Literal["fetched", "waiting", "unknown", "not bought", "lost", "ended", "error"]
    """`lost`: it failed or expired now. `ended`: it had before, and its provider says the same again."""
    message: str = ""


def find_uncollected(
    ledger: Ledger, providers: Collection[ImageTo3DProvider], *, now: datetime
) -> list[Purchase]:
    """Return the purchases at these accounts that may have a model and are not waited for, oldest first.

    What failed or expired is among them while the provider may have it after all. A process on another
    machine cannot be seen from here; its purchases are returned, as to ask for a model twice costs nothing.
    """
    by_name = {provider.name: provider for provider in providers}
    wanted = Filter(states=("submitting", "unknown", "submitted", "completed", *RECHECKED))
    return [
        purchase
        for purchase in list_purchases(ledger, wanted)
        if purchase.provider in by_name and is_uncollected(purchase, by_name[purchase.provider], ledger, now)
    ]


def is_uncollected(purchase: Purchase, provider: ImageTo3DProvider, ledger: Ledger, now: datetime) -> bool:
    """Whether a purchase may be asked for: nobody else does, and the provider may have it."""
    age = age_of(purchase, now, ledger.uptime_s())
    if purchase.state in RECHECKED:
        return may_be_kept(purchase, provider, now, age)
    gone = is_gone(purchase.owner)
    if purchase.state == "submitting":  # a living process is sending it
        return gone is True or (gone is None and age.at_least_s > LEASE_S)
    return gone is not False or age.at_most_s > RUN_WAITS.total_seconds()


async def collect_model(
    purchase: Purchase,
    provider: ImageTo3DProvider,
    ledger: Ledger,
    store: Store,
    deadline_s: float,
    *,
    clock: Clock = SYSTEM_CLOCK,
) -> Collected:
    """Look up an order without a receipt, then fetch its model; a failure is a result, too. Buys nothing.

    What failed or expired is asked for once, and taken back if its provider has it.
    """
    attach_rate_limiter(provider, ledger)
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
        if purchase.state in RECHECKED:
            try:
                purchase = await revive(purchase, provider, ledger)
            except (JobFailed, JobExpired) as error:
                return line.model_copy(update={"outcome": "ended", "message": str(error)})
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
