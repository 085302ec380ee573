"""Emit Prefect events about what a person should know soon, once each.

`vitrine setup --notify` creates the automation that sends them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import NamedTuple

from prefect.events import emit_event
from prefect.runtime import flow_run

from tasks.resources import ledger
from vitrine.errors import BudgetReached, VitrineError
from vitrine.ledger import Ledger
from vitrine.ledger.accounts.breaker import is_open, list_breakers
from vitrine.ledger.budget import Share, shares
from vitrine.ledger.counters import is_first

logger = logging.getLogger("vitrine.flows")

NEARLY_USED = Decimal("0.8")
"""The share of a cap from which on its use is reported."""

ALERTS = (
    "vitrine.budget.nearly-used",
    "vitrine.budget.used",
    "vitrine.account.paused",
    "vitrine.purchase.unknown",
    "vitrine.catalog.failing",
)
"""The events that people are told about."""

_FLAGS = "alerts"
"""The counter whose labels say which alerts were emitted."""


class Alert(NamedTuple):
    """An event, the resource that it is about, what it is emitted once for, and what a person reads."""

    event: str
    of: str
    once: str
    message: str


async def report_spending_and_accounts() -> None:
    """Emit an event for each cap that is nearly used, and each account that takes no orders.

    A cap is reported once in its period. An account is reported once an hour while its breaker is open, and
    once a day while it waits for a person.
    """
    await _emit_new(spending_and_accounts)


async def report_budget_used(error: BudgetReached) -> None:
    """Emit `vitrine.budget.used` once a day: a cap stops purchases."""
    await _emit_new(
        lambda ledger: [Alert("vitrine.budget.used", "budget", f"{ledger.now():%Y-%m-%d}", str(error))]
    )


def failing(failed: int, finished: int, limit: float) -> None:
    """Emit `vitrine.catalog.failing`: too many products of this run have failed, and it starts no more."""
    message = f"{failed} of {finished} products failed, more than {limit:.0%}: no more are started"
    resource = {"prefect.resource.id": f"vitrine.catalog.{flow_run.id}"}
    emit_event("vitrine.catalog.failing", resource=resource, payload={"message": message})


async def _emit_new(find: Callable[[Ledger], list[Alert]]) -> None:
    """Emit what was not emitted before. What cannot be read is logged, and fails nothing."""
    try:
        alerts = await asyncio.to_thread(lambda: unreported(ledger(), find(ledger())))
    except VitrineError as error:
        logger.warning("no alert was emitted: %s", error)
        return
    for alert in alerts:
        resource = {"prefect.resource.id": f"vitrine.{alert.of}"}
        emit_event(alert.event, resource=resource, payload={"message": alert.message})


def unreported(ledger: Ledger, alerts: Iterable[Alert]) -> list[Alert]:
    """Return those alerts that no worker has reported, and note that this one does."""
    return [one for one in alerts if is_first(ledger, _FLAGS, f"{one.event} {one.of} {one.once}")]


def spending_and_accounts(ledger: Ledger) -> list[Alert]:
    """Return an alert for each cap that is nearly used, and for each account that takes no orders."""
    now = ledger.now()
    with ledger.reading() as connection:
        used = shares(connection, ledger.caps, now)
    found = [_of_share(share) for share in used if share.is_at_least(NEARLY_USED)]
    for breaker in list_breakers(ledger):
        if is_open(breaker, now):
            until = (
                f"{breaker.open_until:%Y-%m-%d %H:%M} UTC" if breaker.open_until else "a person reopens it"
            )
            message = f"{breaker.name} takes no orders until {until}: {breaker.why}"
            once = f"{now:%Y-%m-%d}" if breaker.held else f"{now:%Y-%m-%dT%H}"
            found.append(Alert("vitrine.account.paused", f"account.{breaker.name}", once, message))
    return found


def _of_share(share: Share) -> Alert:
    message = f"${share.spent_usd} of the ${share.cap_usd} cap of this {share.period} are spent or promised"
    once = f"{share.since:%Y-%m-%d}"
    return Alert("vitrine.budget.nearly-used", f"budget.{share.period}", once, message)
