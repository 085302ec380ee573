"""Store the report of a product as an artifact of the run."""

from __future__ import annotations

import asyncio

from prefect.artifacts import acreate_markdown_artifact

from tasks.artifacts import artifact_key
from tasks.policy import step
from tasks.resources import work_store
from vitrine.models import Asset
from vitrine.reports import report_product as reports
from vitrine.runs import Conversion


@step()
async def report_product(asset: Asset, conversion: Conversion) -> None:
    """Create the Markdown artifact `product-<slug>`."""
    poster = await asyncio.to_thread(work_store().read, asset.file("poster").blob)
    sheet = await asyncio.to_thread(work_store().read, conversion.sheet) if conversion.sheet else None
    text = await asyncio.to_thread(reports.report_product, asset, conversion, poster, sheet)
    key = artifact_key("product", asset.product.slug)
    await acreate_markdown_artifact(text, key=key, description=asset.product.title)
