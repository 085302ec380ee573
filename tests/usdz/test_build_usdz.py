from __future__ import annotations

from pathlib import Path

import pytest

from tests.fixtures.feature_models import MATERIALS
from tests.fixtures.meshes import sphere
from vitrine.gltf import Model, read_glb
from vitrine.lods.build_ar import build_ar, build_ar_of
from vitrine.recipe import ArOptions
from vitrine.usdz.build_usdz import build_usdz
from vitrine.usdz.check_usdz import usdz_faults
from vitrine.usdz.read_usdz import read_built


def test_a_usdz_has_the_triangles_and_textures_of_the_ar_file() -> None:
    model = Model((sphere(16),), (MATERIALS["normal-map"](),))
    ar = build_ar_of(model, ArOptions(), jobs=1)
    built = build_usdz(ar)
    assert (built.role, built.media_type) == ("usdz", "model/vnd.usdz+zip")
    assert (built.triangles, built.vertices, built.texture_px) == (ar.triangles, ar.vertices, ar.texture_px)
    assert built.findings == ()


@pytest.mark.parametrize("name", ["modern_armchair", "backpack_150k"])
def test_real_models_come_back_whole(shared_models: Path, name: str) -> None:
    ar = build_ar((shared_models / f"{name}.glb").read_bytes(), ArOptions(triangles=20_000))
    before, after = read_glb(ar.data), read_built(build_usdz(ar))
    assert usdz_faults(build_usdz(ar).data) == []
    assert after.triangle_count == before.triangle_count
    assert after.vertex_count == before.vertex_count
    for one, other in zip(before.bounds, after.bounds, strict=True):
        assert one.tolist() == other.tolist()
    assert {each.base_color for each in after.materials} == {each.base_color for each in before.materials}
