"""Simplify the levels of detail in a chain: each level from the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vitrine.arrays import Indices
from vitrine.codecs import meshopt
from vitrine.geometry.join import JoinedMesh, split
from vitrine.geometry.partitioned_simplify import PartitionedSimplify
from vitrine.geometry.reorder import reorder
from vitrine.geometry.simplify import Simplified, simplify
from vitrine.gltf.model import Model
from vitrine.lods.search import MIN_TRIANGLES
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
    model: Model,
    joined: JoinedMesh,
    partitioned: PartitionedSimplify | None,
    ladder: tuple[Level, ...],
    *,
    may_rebake: bool = True,
) -> Iterator[LodGeometry]:
    """Yield each level's geometry; errors add up along the chain.

    `joined` is the model's, and `partitioned` its first simplification, where one was started. Where seams
    keep a level above its target, or cost it too much of its shape, it is rebaked if that is better; the next
    level is simplified from the triangles before rebaking.
    """
    scale = meshopt.simplify_scale(joined.positions)
    triangles, error = (joined.triangles, 0.0) if partitioned is None else partitioned.result()
    source = None
    for level in ladder:
        simplified = _simplify_to_level(joined, triangles, level, error, scale)
        triangles, error = simplified.triangles, error + simplified.error
        lod, rebaked = split(model, joined, triangles), None
        if may_rebake and _needs_rebake(level, len(triangles), error):
            # Importing the renderer takes as long as building a small ladder.
            from vitrine.lods.rebake.choose import choose_rebaked
            from vitrine.lods.rebake.source import RebakeSource

            source = source or RebakeSource(model)
            rebaked = choose_rebaked(source, lod, level)
        if rebaked is None:
            yield LodGeometry(reorder(lod, compact=True), level, error, error * scale)
        else:
            baked = reorder(rebaked.model, compact=True)
            yield LodGeometry(baked, level, rebaked.error, rebaked.error * scale, rebaked=True)


def _needs_rebake(level: Level, count: int, error: float) -> bool:
    """Return whether a level has too many triangles, or a large error although no `max_error_m` is set.

    A level with `max_bytes` is never rebaked: baked textures take more bytes.
    """
    if level.max_bytes is not None:
        return False
    is_far = level.max_error_m is None and error * display_size_px(level.texture_px) > MAX_ERROR_PX
    return is_far or count > level.triangles


def _simplify_to_level(
    joined: JoinedMesh, triangles: Indices, level: Level, error: float, scale: float
) -> Simplified:
    """Simplify to the level's number of triangles or, with `max_error_m`, as far as that error allows."""
    if level.max_error_m is None:
        return simplify(joined, triangles, level.triangles)
    error_left = max(0.0, level.max_error_m / max(scale, 1e-12) - error)
    simplified = simplify(joined, triangles, MIN_TRIANGLES, max_error=error_left)
    if len(simplified.triangles) <= level.triangles:
        return simplified
    return simplify(joined, triangles, level.triangles)
