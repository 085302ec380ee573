"""What a run cost, as an artifact of it."""

from __future__ import annotations

from collections.abc import Iterable

from prefect.artifacts import acreate_table_artifact

from tasks.policy import step
from vitrine.runs import Conversion


@step()
async def report_costs(conversions: tuple[Conversion, ...]) -> None:
    """Leave a table with a line a provider as an artifact of the run, under `costs`."""
    rows = costs_of(conversions)
    total = rows[-1]
    await acreate_table_artifact(
        rows, key="costs", description=f"{total['bought']} bought for {total['usd']} USD"
    )


def costs_of(conversions: Iterable[Conversion]) -> list[dict[str, str | int]]:
    """By provider: products bought now, US dollars paid now, products bought before; then the sum."""
    done = [conversion for conversion in conversions if conversion.provider]
    names = sorted({conversion.provider or "" for conversion in done})
    lines = [(name, [c for c in done if c.provider == name]) for name in names]
    return [
        {
            "provider": name,
            "bought": sum(not c.reused for c in line),
            "usd": f"{sum(c.spent_usd for c in line):.3f}",
            "used again": sum(c.reused for c in line),
        }
        for name, line in [*lines, ("total", done)]
    ]
