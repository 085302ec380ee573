"""Choose between a level with its source's seams and a rebaked one."""

from __future__ import annotations

from vitrine.gltf.model import Model
from vitrine.lods.rebake.rebake import RebakedModel, rebake
from vitrine.lods.rebake.source import RebakeSource
from vitrine.lods.ssim_target import mean_ssim
from vitrine.recipe import Level
from vitrine.textures.display_size import display_size_px

MAX_TRIANGLE_RATIO = 0.8
"""A rebaked level that looks less like the source has at most this share of the triangles of the one it
replaces, since baked textures add bytes."""
MIN_SSIM = 0.88
"""And at least this SSIM. Furniture with half of its triangles has 0.90 to 0.92; a keyboard whose keys have
become wedges has 0.86."""
MAX_ERROR = 0.05
"""Largest error of a rebaked level, relative to the model's largest extent."""


def choose_rebaked(source: RebakeSource, lod: Model, level: Level) -> RebakedModel | None:
    """Rebake a level, and return it if it is better than `lod`, which kept the source's seams.

    It is better when its SSIM is no lower and it has no more triangles than `lod` or the level's target; or,
    where `lod` is above that target, when it has far fewer triangles and still looks like the source.
    """
    rebaked = rebake(source, level.triangles, level.texture_px, max_error=MAX_ERROR)
    if rebaked is None:
        return None
    size_px = display_size_px(level.texture_px)
    kept_ssim, rebaked_ssim = (mean_ssim(source.reference, each, size_px) for each in (lod, rebaked.model))
    count = rebaked.model.triangle_count
    if rebaked_ssim >= kept_ssim and count <= max(lod.triangle_count, level.triangles):
        return rebaked
    far_fewer = count <= MAX_TRIANGLE_RATIO * lod.triangle_count
    if lod.triangle_count > level.triangles and far_fewer and rebaked_ssim >= MIN_SSIM:
        return rebaked
    return None
