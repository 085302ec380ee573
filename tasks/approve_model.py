"""Step 10: what is not like its photo is held for a person to look at; everything made for it is kept."""

from __future__ import annotations

import asyncio

from prefect.events import emit_event

from blocks.resolve import load_bucket
from tasks.policy import step
from vitrine.errors import StorageError
from vitrine.models import Asset
from vitrine.progress import log_progress
from vitrine.publishing import approve_model as fidelity
from vitrine.publishing.releases import is_current


@step(retries=3, retry_on=(StorageError,))
async def approve_model(asset: Asset, accepted: bool, to: str) -> bool:
    """Whether to publish: it matches its photo, or a person has accepted it, now or when it was released."""
    doubts = fidelity.blocking_findings(asset.findings)
    if not doubts or accepted or await asyncio.to_thread(is_current, asset, await load_bucket(to)):
        return True
    log_progress(f"held for review: {'; '.join(finding.message for finding in doubts)}")
    emit_event(
        "vitrine.product.held",
        resource={
            "prefect.resource.id": f"vitrine.product.{asset.product.slug}",
            "prefect.resource.name": asset.product.title or asset.product.id,
        },
        payload={"product": asset.product.id, "findings": [finding.code for finding in doubts]},
    )
    return False
