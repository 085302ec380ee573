"""Simplify the levels of detail in a chain: each level from the one before."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass

from vitrine.geometry.join import split_triangles
from vitrine.geometry.reorder import reorder
from vitrine.geometry.simplify import Simplified
from vitrine.gltf.model import Model
from vitrine.lods.search import MIN_TRIANGLES
from vitrine.lods.source import LodSource, simplify_further
from vitrine.recipe import Level
from vitrine.textures.display_size import display_size_px

MAX_ERROR_PX = 2.0
"""A level with a larger error, in pixels at its display size, is a candidate for rebaking."""


@dataclass(frozen=True, slots=True)
class LodGeometry:
    """One level's geometry, in the order in which it is stored, with textures at full size."""

    model: Model
    level: Level
    error: float
    """From the source, relative to its largest extent"""
    error_m: float
    """The same in the model's unit, metres once it is sized"""
    rebaked: bool = False
    """Whether it has UVs and textures of its own"""


def simplify_chain(
    source: LodSource, ladder: tuple[Level, ...], pool: Executor, *, may_rebake: bool = True
) -> Iterator[LodGeometry]:
    """Yield each level's geometry; errors add up along the chain.

    Where seams keep a level above its target, or cost it too much of its shape, it is rebaked if that is
    better; the next level is simplified from the triangles before rebaking.
    """
    simplified, rebake_source = None, None
    for level in ladder:
        if simplified is None and level.max_error_m is None:
            simplified = source.simplified(level.triangles, pool)
        else:
            before = simplified or source.start(level.triangles, pool)()
            simplified = _simplify_to_level(source, before, level)
        lod, rebaked = source.split(simplified), None
        if may_rebake and _needs_rebake(level, simplified):
            # Importing the renderer takes as long as building a small ladder.
            from vitrine.lods.rebake.choose import choose_rebaked
            from vitrine.lods.rebake.source import RebakeSource

            if rebake_source is None:
                start = source.start(ladder[0].triangles, pool)()
                is_fewer = len(start.triangles) < len(source.joined.triangles)
                fewer = split_triangles(source.joined, start.triangles) if is_fewer else None
                rebake_source = RebakeSource(
                    source.model,
                    source.decoded,
                    reference=source.reference,
                    triangles=fewer,
                    error=start.error,
                )
            rebaked = choose_rebaked(rebake_source, lod, level)
        kept, error = (lod, simplified.error) if rebaked is None else (rebaked.model, rebaked.error)
        geometry = reorder(kept, compact=True)
        yield LodGeometry(geometry, level, error, error * source.scale, rebaked=rebaked is not None)


def _needs_rebake(level: Level, simplified: Simplified) -> bool:
    """Return whether a level has too many triangles, or a large error although no `max_error_m` is set.

    A level with `max_bytes` is never rebaked: baked textures take more bytes.
    """
    if level.max_bytes is not None:
        return False
    error_px = simplified.error * display_size_px(level.texture_px)
    is_far = level.max_error_m is None and error_px > MAX_ERROR_PX
    return is_far or len(simplified.triangles) > level.triangles


def _simplify_to_level(source: LodSource, before: Simplified, level: Level) -> Simplified:
    """Simplify to the level's number of triangles or, with `max_error_m`, as far as that error allows."""
    if level.max_error_m is not None:
        error_left = max(0.0, level.max_error_m / max(source.scale, 1e-12) - before.error)
        simplified = simplify_further(source, before, MIN_TRIANGLES, max_error=error_left)
        if len(simplified.triangles) <= level.triangles:
            return simplified
    return simplify_further(source, before, level.triangles)
