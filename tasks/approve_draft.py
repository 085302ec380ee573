"""Decide whether the draft is good enough to buy the final model."""

from __future__ import annotations

import asyncio

from prefect.artifacts import acreate_markdown_artifact

from tasks.artifacts import artifact_key
from tasks.policy import on_cpu, step
from tasks.resources import work_store
from vitrine import gltf
from vitrine.models import Blob, PreparedPhoto, Product
from vitrine.purchasing import approve_draft as drafts
from vitrine.recipe import ModelLimits, PosterOptions
from vitrine.render.pictures.render_poster import render_poster_image
from vitrine.reports.report_draft import report_draft


@step()
async def approve_draft(
    raw: Blob,
    photo: PreparedPhoto,
    product: Product,
    options: PosterOptions,
    limits: ModelLimits,
    accepted: bool,
) -> None:
    """Create the Markdown artifact `draft-<slug>`.

    Raises `DraftHeld` if there are findings against the draft and no person has accepted it.
    """
    glb = await asyncio.to_thread(work_store().read, raw)
    objections = await on_cpu(drafts.draft_objections, glb, photo.findings, limits)
    poster = await on_cpu(lambda: render_poster_image(gltf.read_glb(glb, limits), options))
    await acreate_markdown_artifact(
        report_draft(product, objections, poster, accepted=accepted),
        key=artifact_key("draft", product.slug),
        description=product.title,
    )
    drafts.approve_draft(product, objections, accepted=accepted)
