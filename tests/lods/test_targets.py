from __future__ import annotations

from vitrine.gltf import Model, read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.search import smallest_passing
from vitrine.recipe import Level, WebOptions
from vitrine.render.metrics.certificate import Reference, certify
from vitrine.render.scene import Scene
from vitrine.textures.display_size import display_size_px


def test_the_fewest_for_which_it_holds() -> None:
    asked = []

    def holds(count: int) -> bool:
        asked.append(count)
        return count >= 777

    assert 777 <= smallest_passing(holds, 10, 100_000) <= 777 * 1.05
    assert len(asked) < 10
    assert smallest_passing(lambda _: False, 10, 500) == 500
    assert smallest_passing(lambda _: True, 10, 500) < 11


def test_an_error_in_metres_is_kept_with_as_few_triangles_as_it_takes(globe: Model) -> None:
    coarse, fine = (
        build_lods_of(globe, (Level(triangles=8000, texture_px=64, max_error_m=limit),), WebOptions())[0]
        for limit in (0.05, 0.01)
    )
    assert coarse.error_m <= 0.05
    assert fine.error_m <= 0.01
    assert coarse.triangles < fine.triangles < 8000
    source = Reference(Scene(globe))
    measured = certify(source, Scene(read_glb(fine.data)), 128).from_source
    assert measured.rms_m < 0.01
    assert measured.p95_m < 0.011  # an estimate, and a good one


def test_likeness_is_met_with_as_few_triangles_as_it_takes(globe: Model) -> None:
    level = Level(triangles=8000, texture_px=128, min_ssim=0.97)
    (file,) = build_lods_of(globe, (level,), WebOptions(webp_quality=100))
    assert file.triangles < 4000
    source, size_px = Reference(Scene(globe)), display_size_px(128)
    assert certify(source, Scene(read_glb(file.data)), size_px).ssim > 0.96
    fewer = Level(triangles=file.triangles // 2, texture_px=128)
    (worse,) = build_lods_of(globe, (fewer,), WebOptions(webp_quality=100))
    assert certify(source, Scene(read_glb(worse.data)), size_px).ssim < 0.97


def test_a_size_in_bytes_is_kept_and_used_up(globe: Model) -> None:
    (file,) = build_lods_of(globe, (Level(triangles=8000, texture_px=64, max_bytes=20_000),), WebOptions())
    assert 17_000 < len(file.data) <= 20_000
    (all_of_it,) = build_lods_of(
        globe, (Level(triangles=20_000, texture_px=64, max_bytes=10**6),), WebOptions()
    )
    assert all_of_it.triangles == globe.triangle_count
    (tiny,) = build_lods_of(globe, (Level(triangles=8000, texture_px=256, max_bytes=6_200),), WebOptions())
    assert len(tiny.data) <= 6_200
    assert tiny.texture_px < 256
    (stuck,) = build_lods_of(globe, (Level(triangles=8000, texture_px=256, max_bytes=2_000),), WebOptions())
    assert [f.code for f in stuck.findings] == ["LOD_TOO_LARGE"]
