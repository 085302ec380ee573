"""How many triangles a level needs for what is asked of it."""

from __future__ import annotations

import math
from collections.abc import Callable

from vitrine.gltf.model import Model
from vitrine.mesh.join import join, split
from vitrine.mesh.simplify import simplify
from vitrine.recipe import Level
from vitrine.render.certificate import LOOK, Reference, meant_for_px
from vitrine.render.compare import compare_views
from vitrine.render.scene import Scene
from vitrine.render.view import render_view

LEAST_TRIANGLES = 100
CLOSE = 1.05
"""A search ends when its bounds are this near each other."""


def fewest(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The least count between `low` and `high` for which `holds`; `high` when it holds for none.

    Supposes that what holds for some triangles holds for more. Halves the ratio between the bounds until
    they are within 5 %: some seven tries.
    """
    while high > low * CLOSE:
        middle = round(math.sqrt(low * high))
        if holds(middle):
            high = middle
        else:
            low = middle
    return high


def triangles_for_ssim(model: Model, level: Level) -> int:
    """The fewest triangles, at most `level.triangles`, whose twelve views have `level.min_ssim`."""
    assert level.min_ssim is not None
    wanted = level.min_ssim
    reference = Reference(Scene(model))
    joined = join(model)
    most = min(level.triangles, len(joined.triangles))

    def holds(count: int) -> bool:
        lod = split(model, joined, simplify(joined, joined.triangles, count).triangles)
        return ssim_at(reference, lod, meant_for_px(level.texture_px)) >= wanted

    return fewest(holds, min(LEAST_TRIANGLES, most), most)


def ssim_at(reference: Reference, lod: Model, size_px: int) -> float:
    """Mean structural similarity over the twelve views."""
    scene = Scene(lod)
    views = zip(reference.views(size_px), reference.cameras, strict=True)
    scores = [compare_views(view, render_view(scene, camera, size_px, LOOK)).ssim for view, camera in views]
    return sum(scores) / len(scores)
