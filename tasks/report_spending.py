"""Store what the ledger says was spent as an artifact of the run."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from prefect.artifacts import acreate_table_artifact

from tasks.policy import step
from tasks.resources import ledger
from vitrine.ledger.listing import Filter, list_purchases
from vitrine.ledger.report import By, Cost, costs


@step()
async def report_spending(days: float) -> list[Cost]:
    """Create the table artifact `spending` of the purchases of the last `days` days.

    It has a row for each day (UTC), provider and product. Returns the rows of the days.
    """
    since = await asyncio.to_thread(ledger().now) - timedelta(days=days)
    purchases = await asyncio.to_thread(list_purchases, ledger(), Filter(since=since))
    groups: tuple[By, ...] = ("day", "provider", "product")
    sums = {by: costs(purchases, by) for by in groups}
    rows = [{"by": by, **line.model_dump(mode="json")} for by in groups for line in sums[by]]
    await acreate_table_artifact(rows, key="spending", description=f"The last {days:g} days, in dollars.")
    return sums["day"]
