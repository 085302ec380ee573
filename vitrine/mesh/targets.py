"""How many triangles a level needs to look like its source."""

from __future__ import annotations

from vitrine.gltf.model import Model
from vitrine.mesh.join import join, split
from vitrine.mesh.search import LEAST_TRIANGLES, fewest
from vitrine.mesh.simplify import simplify
from vitrine.recipe import Level
from vitrine.render.certificate import LOOK, Reference, meant_for_px
from vitrine.render.compare import compare_views
from vitrine.render.scene import Scene
from vitrine.render.view import render_view


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
    scene = Scene(lod, beside=reference.scene)
    views = zip(reference.views(size_px), reference.cameras, strict=True)
    scores = [compare_views(view, render_view(scene, camera, size_px, LOOK)).ssim for view, camera in views]
    return sum(scores) / len(scores)
