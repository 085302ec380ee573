"""Step 3a, in recipes with a draft: shown, judged, and only then is the final bought."""

from __future__ import annotations

import asyncio

from prefect.artifacts import acreate_markdown_artifact

from tasks.artifacts import artifact_key
from tasks.policy import on_cpu, step
from tasks.resources import work_store
from vitrine import gltf
from vitrine.errors import DraftHeld
from vitrine.models import Blob, PreparedPhoto, Product
from vitrine.purchasing import approve_draft as draft
from vitrine.recipe import PosterOptions
from vitrine.render.pictures.render_poster import render_poster
from vitrine.reports.report_draft import report_draft


@step()
async def approve_draft(
    raw: Blob, photo: PreparedPhoto, product: Product, options: PosterOptions, accepted: bool
) -> None:
    """Show the draft as an artifact, under `draft-<slug>`.

    Raises `DraftHeld` unless it passes the rule, or a person has looked at it and accepted it.
    """
    glb = await asyncio.to_thread(work_store().read, raw)
    doubts = draft.objections(glb, photo.findings)
    poster = await on_cpu(lambda: render_poster(gltf.read_glb(glb), options))
    await acreate_markdown_artifact(
        report_draft(product, doubts, poster, accepted=accepted),
        key=artifact_key("draft", product.slug),
        description=product.title,
    )
    if doubts and not accepted:
        raise DraftHeld(product.id, [finding.message for finding in doubts])
