"""Caps on spending, checked inside the transaction that claims an order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.engine import Connection

from vitrine.errors import BudgetReached
from vitrine.ledger.purchase import COUNTED, to_micros, to_usd
from vitrine.ledger.schema import purchases
from vitrine.record import Record

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
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    limits = (
        ("run", caps.run_usd, purchases.c.run == run),
        ("day", caps.day_usd, purchases.c.claimed_at >= day),
        ("month", caps.month_usd, purchases.c.claimed_at >= day.replace(day=1)),
    )
    for name, limit, where in limits:
        if limit is None:
            continue
        total = sa.select(sa.func.coalesce(sa.func.sum(purchases.c.price_micros), 0))
        spent = int(connection.execute(total.where(where, purchases.c.state.in_(COUNTED))).scalar_one())
        if spent + to_micros(price_usd) > to_micros(limit):
            raise BudgetReached(
                f"the cap of ${limit} a {name} is reached: ${to_usd(spent)} spent or promised, "
                f"${to_usd(to_micros(limit) - spent)} left, the next costs ${price_usd}; "
                "nothing more is bought, what is paid is finished"
            )
