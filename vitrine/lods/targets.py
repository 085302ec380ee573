"""Resolve a level's targets to a number of triangles and a texture size."""

from __future__ import annotations

from collections.abc import Callable

from vitrine.gltf.model import Model
from vitrine.lods.search import MIN_TRIANGLES, RATIO, smallest_passing
from vitrine.recipe import Level

MIN_TEXTURE_PX = 64
"""Textures of a level with `max_bytes` are not halved below this."""


def resolve_targets(model: Model, level: Level, size_bytes: Callable[[Level], int]) -> Level:
    """Return the level with the triangles and texture size that its `min_ssim` and `max_bytes` call for.

    `size_bytes` builds a level and returns the size of its file.
    """
    if level.min_ssim is not None:
        # Importing the renderer takes as long as building a small ladder.
        from vitrine.lods.ssim_target import triangles_for_ssim

        count = triangles_for_ssim(model, level)
        level = level.model_copy(update={"triangles": count, "min_ssim": None})
    if level.max_bytes is not None:
        level = _fit_bytes(model, level, level.max_bytes, size_bytes)
    return level


def _fit_bytes(model: Model, level: Level, max_bytes: int, size_bytes: Callable[[Level], int]) -> Level:
    """Find the most triangles whose file has at most `max_bytes`; shrink the textures where none has."""
    plain = level.model_copy(update={"max_bytes": None})
    most = min(level.triangles, model.triangle_count)

    def too_large(count: int) -> bool:
        return size_bytes(plain.model_copy(update={"triangles": count})) > max_bytes

    while too_large(MIN_TRIANGLES) and plain.texture_px > MIN_TEXTURE_PX:
        plain = plain.model_copy(update={"texture_px": plain.texture_px // 2})
    if not too_large(most):
        return plain.model_copy(update={"triangles": most, "max_bytes": max_bytes})
    # The smallest count that is too large is at most RATIO times one that fits.
    count = max(MIN_TRIANGLES, int(smallest_passing(too_large, MIN_TRIANGLES, most) / RATIO))
    return plain.model_copy(update={"triangles": count, "max_bytes": max_bytes})
