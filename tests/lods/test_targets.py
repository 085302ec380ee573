from __future__ import annotations

from vitrine.gltf import Model, read_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.recipe import Level, WebOptions
from vitrine.render.metrics.certificate import Reference, certify
from vitrine.render.scene import Scene


def test_max_error_m_is_met_with_few_triangles(globe: Model) -> None:
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


def test_max_bytes_is_met_and_used_up(globe: Model) -> None:
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
