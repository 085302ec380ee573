"""May one more be bought? Asked inside the transaction that makes the claim."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from vitrine.errors import BudgetReached
from vitrine.ledger.caps import Caps
from vitrine.ledger.purchase import COUNTED, to_micros, to_usd
from vitrine.ledger.schema import purchases


def check(connection: Connection, caps: Caps, price_usd: Decimal, *, run: str, now: datetime) -> None:
    """Raise `BudgetReached` if one more purchase at this price would pass a cap.

    What is claimed, on its way or unknown counts as spent, so that workers cannot overspend together.
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
