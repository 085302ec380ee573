"""The levels' geometry, one after another."""

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
from vitrine.lods.search import LEAST_TRIANGLES
from vitrine.recipe import Level
from vitrine.textures.display_size import display_size_px

FAR_PX = 2.0
"""A level with a larger error, in pixels of the size it is meant for, may do better without its seams."""


@dataclass(frozen=True, slots=True)
class LodGeometry:
    """One level's geometry in the order it is stored, full textures still on it."""

    model: Model
    level: Level
    error: float
    error_m: float
    rebaked: bool = False
    """It has pictures of its own."""


def simplify_chain(
    model: Model,
    joined: JoinedMesh,
    partitioned: PartitionedSimplify | None,
    ladder: tuple[Level, ...],
    *,
    may_rebake: bool = True,
) -> Iterator[LodGeometry]:
    """Each level simplified from the one before; errors add up along the chain.

    A level that its seams keep too large, or let go only at the cost of its shape, gets new triangles, UVs
    and pictures where that is better; the next one starts from the seams again.
    """
    scale = meshopt.simplify_scale(joined.positions)
    triangles, error = (joined.triangles, 0.0) if partitioned is None else partitioned.result()
    freer = None
    for level in ladder:
        simplified = _to_level(joined, triangles, level, error, scale)
        triangles, error = simplified.triangles, error + simplified.error
        kept, own = split(model, joined, triangles), None
        if may_rebake and _falls_short(level, len(triangles), error):
            # The renderer takes as long to import as a small ladder takes to build.
            from vitrine.lods.rebake.choose import Freer

            freer = freer or Freer(model)
            own = freer.free(kept, level)
        shown, off = own or (kept, error)
        yield LodGeometry(reorder(shown, compact=True), level, off, off * scale, rebaked=own is not None)


def _falls_short(level: Level, count: int, error: float) -> bool:
    """Whether a level has too many triangles, or lies far from its source and was not asked to lie near.

    Where bytes are counted it stays as it is: pictures of its own take more of them.
    """
    if level.max_bytes is not None:
        return False
    far = level.max_error_m is None and error * display_size_px(level.texture_px) > FAR_PX
    return far or count > level.triangles


def _to_level(joined: JoinedMesh, triangles: Indices, level: Level, error: float, scale: float) -> Simplified:
    """Down to the level's count and, where it has a limit of error, on to that."""
    if level.max_error_m is None:
        return simplify(joined, triangles, level.triangles)
    left = max(0.0, level.max_error_m / max(scale, 1e-12) - error)
    reached = simplify(joined, triangles, LEAST_TRIANGLES, max_error=left)
    if len(reached.triangles) <= level.triangles:
        return reached
    return simplify(joined, triangles, level.triangles)
