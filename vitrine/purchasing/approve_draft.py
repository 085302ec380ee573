"""Draft, then final: look at a cheap model first, and buy the dear one only when it is worth it.

From the same photo, seed and sampling settings TRELLIS.2 makes the same coarse shape at every resolution, so
a draft at 512 shows what the final will be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vitrine.errors import DraftHeld
from vitrine.gltf import validate_glb
from vitrine.models import Finding, Product
from vitrine.recipe import Generation

DRAFT_RESOLUTION = 512


def draft_generation(generation: Generation) -> Generation:
    """The same generation at the lowest resolution; nothing else differs, the seed neither."""
    return generation.model_copy(update={"resolution": DRAFT_RESOLUTION, "pipeline_type": None})


def draft_objections(draft: bytes, photo: Iterable[Finding]) -> tuple[Finding, ...]:
    """What keeps a draft from being approved: warnings about its photo, errors in its GLB."""
    doubts = [finding for finding in photo if finding.severity != "info"]
    return (*doubts, *(finding for finding in validate_glb(draft).findings if finding.severity == "error"))


def approve_draft(product: Product, objections: Sequence[Finding], *, accepted: bool) -> None:
    """Approve a draft without objections, or one that a person has accepted; else raise `DraftHeld`."""
    if objections and not accepted:
        raise DraftHeld(product.id, [finding.message for finding in objections])
