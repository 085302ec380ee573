"""Report what was spent, from the ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from prefect import State, flow
from prefect.states import Completed
from pydantic import Field

from tasks.report_spending import report_spending as report
from vitrine.ledger.report import Cost
from vitrine.plain_text import count_of


@flow(name="report-spending")
async def report_spending(days: Annotated[float, Field(gt=0, le=3_660)] = 7.0) -> State[list[Cost]]:
    """Store a table of the purchases of the last days as the artifact `spending`.

    `open` in the message is the price of orders whose outcome is unknown: the provider may bill them.

    Args:
        days: How many days to look back.
    """
    lines: list[Cost] = await report(days)
    bought = sum(line.bought for line in lines)
    paid = sum((line.paid_usd for line in lines), Decimal(0))
    unknown = sum((line.open_usd for line in lines), Decimal(0))
    message = f"{count_of(bought, 'model')} for ${paid} in {days:g} day{'' if days == 1 else 's'}" + (
        f", ${unknown} open" if unknown else ""
    )
    return Completed(message=message, data=lines)
