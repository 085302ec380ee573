from __future__ import annotations

from vitrine.gltf import Model, read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.recipe import Level, WebOptions
from vitrine.render.metrics.certificate import Reference, certify
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px


def test_min_ssim_is_met_with_few_triangles(globe: Model) -> None:
    level = Level(triangles=8000, texture_px=128, min_ssim=0.97)
    (file,) = build_lods_of(globe, (level,), WebOptions(webp_quality=100))
    assert file.triangles < 4000
    source, size_px = Reference(Scene(globe)), display_size_px(128)
    assert certify(source, Scene(read_glb(file.data)), size_px).ssim > 0.96
    fewer = Level(triangles=file.triangles // 2, texture_px=128)
    (worse,) = build_lods_of(globe, (fewer,), WebOptions(webp_quality=100))
    assert certify(source, Scene(read_glb(worse.data)), size_px).ssim < 0.97
