from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.fixtures.feature_models import png
from tests.fixtures.meshes import sphere
from vitrine.destinations.build_destinations import build_destinations
from vitrine.destinations.check_destinations import check_destinations
from vitrine.errors import RecipeError
from vitrine.gltf import Material, Model, read_glb
from vitrine.lods.build_ar import build_ar_of
from vitrine.lods.built_file import BuiltFile
from vitrine.recipe import ArOptions
from vitrine.usdz.build_usdz import build_usdz

OPTIONS = ArOptions(triangles=60_000)


@pytest.fixture(scope="module")
def noisy() -> Model:
    """40,000 vertices, and a texture that does not compress."""
    noise = np.random.default_rng(5).integers(0, 256, (1024, 1024, 3), np.uint8)
    return Model((sphere(140),), (Material(base_color=png(noise)),))


@pytest.fixture(scope="module")
def files(noisy: Model) -> tuple[BuiltFile, ...]:
    ar = build_ar_of(noisy, OPTIONS, jobs=1)
    return ar, build_usdz(ar)


def test_a_destination_that_recommends_fewer_vertices_gets_a_file(
    noisy: Model, files: tuple[BuiltFile, ...]
) -> None:
    assert files[0].vertices > 30_000
    (built,) = build_destinations(noisy, files, ("google-ads",), OPTIONS, jobs=1)
    assert (built.role, built.findings[0].code) == ("google-ads", "DESTINATION_BUILT")
    assert "vertices" in built.findings[0].message
    assert 20_000 < built.vertices <= 30_000
    assert len(built.data) <= 3_000_000
    assert read_glb(built.data).triangle_count == built.triangles
    verdict = next(each for each in check_destinations((built,), None) if each.destination == "google-ads")
    assert verdict.answer == "pass"


def test_what_even_a_small_file_misses_is_said(noisy: Model, files: tuple[BuiltFile, ...]) -> None:
    two = Model((*noisy.meshes, *[sphere(4, center=(3 * n, 0, 0)) for n in range(1, 7)]), noisy.materials)
    (built,) = build_destinations(two, files, ("khronos-banner",), OPTIONS, jobs=1)
    assert [found.code for found in built.findings][-2:] == ["DESTINATION_BUILT", "DESTINATION_MISSED"]
    assert built.findings[-1].message.endswith("even the smaller file misses draw_calls (at most 4)")
    assert len(built.data) <= 500_000
    assert built.texture_px <= 512


def test_where_the_files_suit_nothing_is_built(noisy: Model, files: tuple[BuiltFile, ...]) -> None:
    assert build_destinations(noisy, files, ("shopify", "apple", "google-merchant"), OPTIONS) == ()


def test_quick_look_gets_a_usdz(noisy: Model, files: tuple[BuiltFile, ...]) -> None:
    large = files[1].model_copy(
        update={
            "data": build_usdz(
                build_ar_of(
                    Model((sphere(230),), noisy.materials),
                    ArOptions(triangles=500_000, size_bytes=50_000_000),
                    jobs=1,
                )
            ).data
        }
    )
    (built,) = build_destinations(noisy, (files[0], large), ("apple",), OPTIONS, jobs=1)
    assert (built.role, built.media_type) == ("apple-quick-look", "model/vnd.usdz+zip")
    assert built.triangles <= 100_000


def test_an_unknown_destination_is_named(noisy: Model, files: tuple[BuiltFile, ...]) -> None:
    with pytest.raises(RecipeError, match="'ebay' is no destination"):
        build_destinations(noisy, files, ("ebay",), OPTIONS)


def test_a_real_model_fits_the_ads(shared_models: Path) -> None:
    source = read_glb((shared_models / "modern_armchair.glb").read_bytes())
    ar = build_ar_of(source, ArOptions(triangles=50_000, texture_px=1024))
    for built in build_destinations(source, [ar], ("google-ads",), ArOptions(triangles=50_000)):
        assert built.vertices <= 30_000
        assert len(built.data) <= 3_000_000
