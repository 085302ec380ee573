"""Find how many triangles a level needs to look like its source."""

from __future__ import annotations

from statistics import fmean

from vitrine.geometry.join import join, split
from vitrine.geometry.simplify import simplify
from vitrine.gltf.model import Model
from vitrine.lods.search import MIN_TRIANGLES, smallest_passing
from vitrine.recipe import Level
from vitrine.render.camera import Camera
from vitrine.render.metrics.certificate import Reference
from vitrine.render.metrics.image_metrics import compare_images
from vitrine.render.quality import METRIC_QUALITY
from vitrine.render.render_image import render_image
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px
from vitrine.threads import map_items


def triangles_for_ssim(model: Model, level: Level) -> int:
    """Return the smallest number of triangles that reaches `level.min_ssim`, at most `level.triangles`."""
    assert level.min_ssim is not None
    min_ssim = level.min_ssim
    reference = Reference(Scene(model))
    joined = join(model)
    most = min(level.triangles, len(joined.triangles))

    def passes(count: int) -> bool:
        lod = split(model, joined, simplify(joined, joined.triangles, count).triangles)
        return mean_ssim(reference, lod, display_size_px(level.texture_px)) >= min_ssim

    return smallest_passing(passes, min(MIN_TRIANGLES, most), most)


def mean_ssim(reference: Reference, lod: Model, size_px: int) -> float:
    """Return the mean SSIM, -1…1, of a level and its source over twelve viewpoints, `size_px` wide."""
    scene = Scene(lod, textures_from=reference.scene)
    scene.decode_textures()

    def score(camera: Camera) -> float:
        rendered = render_image(scene, camera, size_px, METRIC_QUALITY)
        return compare_images(reference.image(camera, size_px), rendered).ssim

    return fmean(map_items(score, reference.cameras))
