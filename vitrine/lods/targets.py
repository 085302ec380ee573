"""How many triangles a level needs to look like its source."""

from __future__ import annotations

from vitrine.geometry.join import join, split
from vitrine.geometry.simplify import simplify
from vitrine.gltf.model import Model
from vitrine.lods.search import LEAST_TRIANGLES, smallest_passing
from vitrine.recipe import Level
from vitrine.render.metrics.certificate import Reference
from vitrine.render.metrics.image_metrics import compare_images
from vitrine.render.quality import METRIC_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px


def triangles_for_ssim(model: Model, level: Level) -> int:
    """The fewest triangles, at most `level.triangles`, whose twelve views have `level.min_ssim`."""
    assert level.min_ssim is not None
    wanted = level.min_ssim
    reference = Reference(Scene(model))
    joined = join(model)
    most = min(level.triangles, len(joined.triangles))

    def holds(count: int) -> bool:
        lod = split(model, joined, simplify(joined, joined.triangles, count).triangles)
        return ssim_at(reference, lod, display_size_px(level.texture_px)) >= wanted

    return smallest_passing(holds, min(LEAST_TRIANGLES, most), most)


def ssim_at(reference: Reference, lod: Model, size_px: int) -> float:
    """Mean structural similarity over the twelve views."""
    scene = Scene(lod, textures_from=reference.scene)
    views = zip(reference.images(size_px), reference.cameras, strict=True)
    scores = [
        compare_images(view, render_image(scene, camera, size_px, METRIC_QUALITY)).ssim
        for view, camera in views
    ]
    return sum(scores) / len(scores)
