"""Report a catalogue run as table rows."""

from __future__ import annotations

from vitrine.runs import CatalogRun


def report_catalog(run: CatalogRun) -> list[dict[str, str]]:
    """Return one row for each product: its status, cost, release, page and error."""
    return [
        {
            "product": row.product_id,
            "title": row.title,
            "status": row.status,
            "cost_usd": str(row.spent_usd),
            "release": row.release.id if row.release else "",
            "page": row.release.page_url if row.release else "",
            "error": row.error or "",
        }
        for row in run.conversions
    ]
