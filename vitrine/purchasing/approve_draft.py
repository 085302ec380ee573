"""Drafts before finals: buy a cheap model first, and the final only if the draft is good.

TRELLIS.2 makes the same coarse shape at every resolution from the same photo, seed and sampling settings, so
a draft at 512 shows the shape of the final.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vitrine.errors import DraftHeld
from vitrine.gltf import check_usable, read_glb
from vitrine.gltf.container import DEFAULT_LIMITS
from vitrine.models import Finding, Product
from vitrine.recipe import Generation, ModelLimits, PosterOptions
from vitrine.render.pictures.render_poster import render_poster_image

DRAFT_RESOLUTION = 512


def draft_generation(generation: Generation) -> Generation:
    """Return the same generation at the lowest resolution; everything else stays, the seed too."""
    return generation.model_copy(update={"resolution": DRAFT_RESOLUTION, "pipeline_type": None})


def draft_objections(
    draft: bytes, photo: Iterable[Finding], limits: ModelLimits = DEFAULT_LIMITS
) -> tuple[Finding, ...]:
    """Return the findings against a draft: warnings about its photo, what makes its GLB unusable."""
    from_photo = [finding for finding in photo if finding.severity != "info"]
    from_model = [finding for finding in check_usable(draft, limits).findings if finding.severity == "error"]
    return (*from_photo, *from_model)


def judge_draft(
    draft: bytes, photo: tuple[Finding, ...], limits: ModelLimits, options: PosterOptions
) -> tuple[tuple[Finding, ...], bytes]:
    """Return the findings against a draft, and its poster, for a worker process.

    Raises `ModelError` for a draft that cannot be rendered.
    """
    objections = draft_objections(draft, photo, limits)
    return objections, render_poster_image(read_glb(draft, limits), options)


def approve_draft(product: Product, objections: Sequence[Finding], *, accepted: bool) -> None:
    """Approve a draft without objections, or one that a person has accepted; else raise `DraftHeld`."""
    if objections and not accepted:
        raise DraftHeld(product.id, [finding.message for finding in objections])
