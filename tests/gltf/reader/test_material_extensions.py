"""Broken values in material extensions are findings, and no later step meets them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.feature_models import feature_glbs, patched
from tests.gltf.validation.corpus import files
from vitrine.errors import ModelError
from vitrine.gltf import Sampler, read_glb
from vitrine.lods.build_ar import build_ar
from vitrine.lods.build_lods import build_lods
from vitrine.recipe import ArOptions, Level, PosterOptions, RepairOptions, WebOptions
from vitrine.render.pictures.render_poster import render_poster_from_glb
from vitrine.repair.repair_model import repair_model

COAT = "KHR_materials_clearcoat"
BROKEN = ("property/extended/materials", "property/extended/samplers", "textured/texcoord")
LADDER = (Level(triangles=60, texture_px=32),)


def read(extension: Any) -> tuple[Any, list[tuple[str, str | None]]]:
    def change(document: dict[str, Any]) -> None:
        document["materials"][0]["extensions"] = {COAT: extension}

    model = read_glb(patched(feature_glbs(6)["clearcoat"], change))
    ignored = [found for found in model.findings if found.code == "EXTENSION_VALUE_IGNORED"]
    return model.materials[0].extensions.get(COAT), [(found.message, found.pointer) for found in ignored]


@pytest.mark.parametrize("value", ["text", None, [], {}, True, 1e300])
def test_a_value_that_is_no_number_is_left_out_and_named(value: Any) -> None:
    kept, ignored = read({"clearcoatFactor": value, "clearcoatRoughnessFactor": 0.5})
    assert kept == {"clearcoatRoughnessFactor": 0.5}
    ((message, pointer),) = ignored
    assert pointer == f"/materials/0/extensions/{COAT}/clearcoatFactor"
    assert repr(str(value)[:40]) in message


def test_a_number_out_of_range_becomes_the_nearest_in_it() -> None:
    kept, ((message, _),) = read({"clearcoatFactor": 1.5})
    assert kept == {"clearcoatFactor": 1}
    assert "'1.5' is out of range, and read as 1" in message


@pytest.mark.parametrize("value", [-1, "a", {}, {"index": "0"}, []])
def test_a_texture_info_without_an_index_is_left_out(value: Any) -> None:
    assert read({"clearcoatTexture": value})[0] == {}


@pytest.mark.parametrize("value", [None, 0.5, "text", [{}]])
def test_an_extension_that_is_no_object_is_left_out(value: Any) -> None:
    assert read(value)[0] is None


def test_a_broken_sampler_is_the_default() -> None:
    def change(document: dict[str, Any]) -> None:
        document["samplers"] = [{"wrapS": [{}], "wrapT": 33071, "magFilter": [{}], "minFilter": 5}]
        for texture in document["textures"]:
            texture["sampler"] = 0

    model = read_glb(patched(feature_glbs(6)["normal-map"], change))
    assert model.materials[0].normal is not None
    assert model.materials[0].normal.sampler == Sampler(10497, 33071, None, None)


def test_no_broken_material_ends_in_an_error_of_python() -> None:
    made = 0
    for name, (data, _) in files().items():
        if not name.startswith(
            ("property/extended/materials", "property/extended/samplers", "textured/texcoord")
        ):
            continue
        try:
            model, _ = repair_model(data, RepairOptions(), None)
        except ModelError:
            continue
        build_lods(model, LADDER, WebOptions())
        build_ar(model, ArOptions(triangles=60, texture_px=32))
        render_poster_from_glb(model, PosterOptions(size_px=64))
        made += 1
    assert made > 40
