"""What a run leaves to read in Prefect: a page a product, a table a catalogue."""

from __future__ import annotations

import asyncio

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from tasks.policy import step
from tasks.report_text import report_text
from tasks.resources import work_store
from vitrine.models import Asset
from vitrine.runs import CatalogRun, Conversion


@step()
async def report(asset: Asset, conversion: Conversion) -> None:
    """Leave the report of a product as an artifact of the run, under `product-<slug>`."""
    poster = await asyncio.to_thread(work_store().read, asset.file("poster").blob)
    sheet = await asyncio.to_thread(work_store().read, conversion.sheet) if conversion.sheet else None
    text = await asyncio.to_thread(report_text, asset, conversion, poster, sheet)
    await acreate_markdown_artifact(
        text, key=f"product-{artifact_key(asset.product.slug)}", description=asset.product.title
    )


@step()
async def report_catalog(run: CatalogRun) -> None:
    """Leave a table with a line a product as an artifact of the run, under `catalog`."""
    rows = [
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
    await acreate_table_artifact(rows, key="catalog", description=run.page_url)


def artifact_key(slug: str) -> str:
    """A slug as an artifact key, which takes `[a-z0-9-]` only."""
    return slug.replace("_", "-").strip("-")
