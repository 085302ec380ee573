"""A level without its source's seams, where that is better."""

from __future__ import annotations

from functools import cached_property

from vitrine.gltf.model import Model
from vitrine.lods.rebake.rebake import RebakeSource, rebake
from vitrine.lods.targets import ssim_at
from vitrine.recipe import Level
from vitrine.render.metrics.certificate import Reference
from vitrine.textures.display_size import display_size_px

FEWER = 0.8
"""New pictures take bytes: a level that looks well with its seams must lose this much of its triangles."""
LIKE = 0.88
"""SSIM that such a level must have. Furniture with half of its triangles has 0.90 to 0.92; a keyboard whose
keys have become wedges, 0.86."""
MAX_ERROR = 0.05
"""How far, in extents of the model, a level may be moved from its source."""


class Freer:
    """Makes levels of one model anew, and compares them with what they would replace."""

    def __init__(self, model: Model) -> None:
        self._source = RebakeSource(model)

    @cached_property
    def _reference(self) -> Reference:
        return Reference(self._source.whole)

    def free(self, kept: Model, level: Level) -> tuple[Model, float] | None:
        """A better model for the level than `kept` and its error in extents, `None` where there is none.

        Better is what looks more like the source, or has far fewer triangles where `kept` has too many, and
        still looks like it.
        """
        new = rebake(self._source, level.triangles, level.texture_px, max_error=MAX_ERROR)
        if new is None:
            return None
        size_px = display_size_px(level.texture_px)
        before, after = (ssim_at(self._reference, model, size_px) for model in (kept, new.model))
        if after >= before and new.model.triangle_count <= max(kept.triangle_count, level.triangles):
            return new.model, new.error
        fewer = new.model.triangle_count <= FEWER * kept.triangle_count
        if kept.triangle_count > level.triangles and fewer and after >= LIKE:
            return new.model, new.error
        return None
