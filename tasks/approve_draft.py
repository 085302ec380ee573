"""Decide whether the draft is good enough to buy the final model."""

from __future__ import annotations

from prefect.artifacts import acreate_markdown_artifact

from tasks.artifacts import artifact_key
from tasks.policy import on_cpu, step
from tasks.resources import work_store
from vitrine.isolation import run_isolated
from vitrine.models import Blob, PreparedPhoto, Product
from vitrine.purchasing import approve_draft as drafts
from vitrine.recipe import ModelLimits, PosterOptions, ProcessLimits
from vitrine.reports.report_draft import report_draft


@step()
async def approve_draft(
    raw: Blob,
    photo: PreparedPhoto,
    product: Product,
    options: PosterOptions,
    limits: ModelLimits,
    process: ProcessLimits,
    accepted: bool,
) -> None:
    """Create the Markdown artifact `draft-<slug>`.

    Raises `DraftHeld` if there are findings against the draft and no person has accepted it.
    """
    store = work_store()
    objections, poster = await on_cpu(
        lambda: run_isolated(process, drafts.judge_draft, store.read(raw), photo.findings, limits, options)
    )
    await acreate_markdown_artifact(
        report_draft(product, objections, poster, accepted=accepted),
        key=artifact_key("draft", product.slug),
        description=product.title,
    )
    drafts.approve_draft(product, objections, accepted=accepted)
