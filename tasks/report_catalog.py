"""Store the result of a catalogue run as an artifact of the run."""

from __future__ import annotations

from prefect.artifacts import acreate_table_artifact

from tasks.policy import step
from vitrine.reports import report_catalog as reports
from vitrine.runs import CatalogRun


@step()
async def report_catalog(run: CatalogRun) -> None:
    """Create the table artifact `catalog`: one row for each product."""
    await acreate_table_artifact(reports.report_catalog(run), key="catalog", description=run.page_url)
