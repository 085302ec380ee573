"""Store what was collected as an artifact of the run."""

from __future__ import annotations

from collections.abc import Sequence

from prefect.artifacts import acreate_table_artifact

from tasks.policy import step
from vitrine.purchasing.collect_models import Collected


@step()
async def report_collected(collected: Sequence[Collected]) -> None:
    """Create the table artifact `collected`: one row for each purchase."""
    await acreate_table_artifact([line.model_dump() for line in collected], key="collected")
