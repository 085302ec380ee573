"""`vitrine costs`: what was spent, by day, provider or product."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from cli.console import Console
from cli.ledger import Since, utc


class By(StrEnum):
    """What `vitrine costs` groups by."""

    day = "day"
    provider = "provider"
    product = "product"


def costs(
    since: Since = None,
    by: Annotated[By, typer.Option(help="What to sum by.")] = By.day,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show what was spent. `open USD` is the price of orders whose outcome is unknown."""
    from vitrine.ledger.listing import Filter, list_purchases
    from vitrine.ledger.report import costs as sums
    from vitrine.settings import Settings

    lines = sums(list_purchases(Settings.from_env().open_ledger(), Filter(since=utc(since))), by.value)
    if as_json:
        print(json.dumps([line.model_dump(mode="json") for line in lines], indent=2))
        return
    table = Table(box=None, header_style="bold", show_footer=True)
    table.add_column(by.value, footer="total")
    table.add_column("models", justify="right", footer=str(sum(line.bought for line in lines)))
    table.add_column("USD", justify="right", footer=str(sum(line.paid_usd for line in lines)))
    table.add_column("open USD", justify="right", footer=str(sum(line.open_usd for line in lines)))
    for line in lines:
        table.add_row(line.group, str(line.bought), str(line.paid_usd), str(line.open_usd))
    Console().print(table)
