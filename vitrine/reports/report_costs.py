"""Report what a run has cost as table rows."""

from __future__ import annotations

from collections.abc import Iterable

from vitrine.runs import Conversion


def report_costs(conversions: Iterable[Conversion]) -> list[dict[str, str | int]]:
    """Return one row for each provider, and the total last.

    A row has the products bought in this run, the US dollars paid for them, and the products bought earlier.
    """
    done = [conversion for conversion in conversions if conversion.provider]
    providers = sorted({conversion.provider or "" for conversion in done})
    groups = [(provider, [c for c in done if c.provider == provider]) for provider in providers]
    return [
        {
            "provider": provider,
            "bought": sum(not c.reused for c in group),
            "usd": f"{sum(c.spent_usd for c in group):.3f}",
            "used again": sum(c.reused for c in group),
        }
        for provider, group in [*groups, ("total", done)]
    ]
