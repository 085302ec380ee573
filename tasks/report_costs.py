"""Store what a run has cost as an artifact of the run."""

from __future__ import annotations

from prefect.artifacts import acreate_table_artifact

from tasks.policy import step
from vitrine.reports import report_costs as reports
from vitrine.runs import Conversion


@step()
async def report_costs(conversions: tuple[Conversion, ...]) -> None:
    """Create the table artifact `costs`: one row for each provider, and the total."""
    rows = reports.report_costs(conversions)
    description = f"{rows[-1]['bought']} bought for {rows[-1]['usd']} USD"
    await acreate_table_artifact(rows, key="costs", description=description)
