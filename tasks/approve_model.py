"""Decide whether a model is enough like its photo to be published without a person."""

from __future__ import annotations

import asyncio

from blocks.resolve import load_bucket
from tasks import product_events
from tasks.policy import step
from vitrine.errors import StorageError
from vitrine.models import Asset, Finding
from vitrine.progress import log_progress
from vitrine.publishing import approve_model as fidelity
from vitrine.recipe import ReviewMode


@step(retries=3, retry_on=(StorageError,))
async def approve_model(
    asset: Asset, accepted: bool, to: str, review: ReviewMode = "on-findings"
) -> tuple[Finding, ...]:
    """Return what holds the asset back, and emit `vitrine.product.held`; nothing if it may be published."""
    bucket = await load_bucket(to)
    blocking = await asyncio.to_thread(
        fidelity.approve_model, asset, bucket, accepted=accepted, review=review
    )
    if blocking:
        log_progress(f"held for review: {'; '.join(finding.message for finding in blocking)}")
        product_events.held(asset, blocking)
    return blocking
