from __future__ import annotations

import pytest

from tests.fixtures.meshes import sphere, texture
from vitrine.destinations.check_destinations import check_destinations
from vitrine.gltf import Material, Model
from vitrine.lods.build_ar import build_ar_of
from vitrine.lods.build_lods import build_lods_of
from vitrine.lods.built_file import BuiltFile
from vitrine.models.verdict import DestinationVerdict
from vitrine.recipe import ArOptions, Level, WebOptions
from vitrine.usdz.build_usdz import build_usdz

MODEL = Model((sphere(64),), (Material(base_color=texture(1024)),))
LADDER = (Level(triangles=8000, texture_px=1024), Level(triangles=500, texture_px=256))


@pytest.fixture(scope="module")
def files() -> tuple[BuiltFile, ...]:
    ar = build_ar_of(MODEL, ArOptions(), jobs=1)
    return (*build_lods_of(MODEL, LADDER, WebOptions(), jobs=1), ar, build_usdz(ar))


def by_id(verdicts: tuple[DestinationVerdict, ...]) -> dict[str, DestinationVerdict]:
    return {verdict.destination: verdict for verdict in verdicts}


def test_each_destination_gets_the_first_file_that_passes(files: tuple[BuiltFile, ...]) -> None:
    verdicts = by_id(check_destinations(files, None))
    roles = {name: (verdict.role, verdict.answer) for name, verdict in verdicts.items()}
    assert roles["shopify"] == ("ar", "pass")
    assert roles["apple-quick-look"] == ("usdz", "pass")
    assert roles["khronos-desktop"] == ("web-lod0", "pass")
    assert roles["khronos-banner"] == ("web-lod1", "pass")  # the first has textures of 1024 px
    assert roles["amazon"] == ("ar", "fail")  # its textures are below 2048 px
    assert verdicts["khronos-baseline"].untested == ("size_error_percent", "front_is_plus_z")


def test_a_file_of_its_own_comes_first(files: tuple[BuiltFile, ...]) -> None:
    own = files[2].model_copy(update={"role": "google-ads"})
    assert by_id(check_destinations((*files, own), None))["google-ads"].role == "google-ads"


def test_without_a_file_a_destination_is_not_tested(files: tuple[BuiltFile, ...]) -> None:
    verdict = by_id(check_destinations(files[:2], None))["apple-quick-look"]
    assert (verdict.answer, verdict.role, verdict.checks) == ("not tested", "", ())
