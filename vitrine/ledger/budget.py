"""Caps on spending, checked inside the transaction that claims an order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.engine import Connection

from vitrine.errors import BudgetReached
from vitrine.ledger.purchase import COUNTED, to_micros, to_usd
from vitrine.ledger.schema import purchases
from vitrine.record import Record

Period = Literal["day", "month"]
Usd = Annotated[Decimal, Field(ge=0)]


class Caps(Record):
    """Limits in US dollars; `None` is no limit. Days and months are UTC."""

    run_usd: Usd | None = None
    day_usd: Usd | None = None
    month_usd: Usd | None = None


NO_CAPS = Caps()


def check_caps(connection: Connection, caps: Caps, price_usd: Decimal, *, run: str, now: datetime) -> None:
    """Raise `BudgetReached` if one more purchase at this price would exceed a cap.

    Orders that are claimed, under way or unknown count as spent, so that workers cannot exceed a cap
    together.
    """
    limits = (
        ("run", caps.run_usd, purchases.c.run == run),
        ("day", caps.day_usd, purchases.c.claimed_at >= start_of("day", now)),
        ("month", caps.month_usd, purchases.c.claimed_at >= start_of("month", now)),
    )
    for name, limit, where in limits:
        if limit is None:
            continue
        spent = _spent_micros(connection, where)
        if spent + to_micros(price_usd) > to_micros(limit):
            raise BudgetReached(
                f"the cap of ${limit} a {name} is reached: ${to_usd(spent)} spent or promised, "
                f"${to_usd(to_micros(limit) - spent)} left, the next costs ${price_usd}; "
                "nothing more is bought, what is paid is finished"
            )


class Share(Record):
    """How much of a cap is used."""

    period: Period
    since: datetime
    """When the period began (UTC)."""
    spent_usd: Decimal
    cap_usd: Decimal

    def is_at_least(self, share: Decimal) -> bool:
        """Whether this share of the cap is used, 0 to 1."""
        return self.spent_usd >= share * self.cap_usd


def shares(connection: Connection, caps: Caps, now: datetime) -> list[Share]:
    """Return how much of the caps of the day and the month is used; nothing for a cap that is not set."""
    limits: tuple[tuple[Period, Decimal | None], ...] = (("day", caps.day_usd), ("month", caps.month_usd))
    return [
        Share(
            period=period,
            since=start_of(period, now),
            spent_usd=spent_in(connection, period, now),
            cap_usd=cap,
        )
        for period, cap in limits
        if cap is not None
    ]


def start_of(period: Period, now: datetime) -> datetime:
    """Return when the day or month of `now` began."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return day if period == "day" else day.replace(day=1)


def spent_in(connection: Connection, period: Period, now: datetime) -> Decimal:
    """Return the dollars that are spent or promised since the day or month of `now` began."""
    return to_usd(_spent_micros(connection, purchases.c.claimed_at >= start_of(period, now)))


def _spent_micros(connection: Connection, where: sa.ColumnElement[bool]) -> int:
    total = sa.select(sa.func.coalesce(sa.func.sum(purchases.c.price_micros), 0))
    return int(connection.execute(total.where(where, purchases.c.state.in_(COUNTED))).scalar_one())
