from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vitrine.codecs.images import has_alpha
from vitrine.errors import ModelError
from vitrine.gltf import Mesh, Model, read_glb, write_glb
from vitrine.lods.build_lods import build_lods_of
from vitrine.models import Dimensions
from vitrine.recipe import Level, RepairOptions, WebOptions
from vitrine.repair.repair_model import repair, repair_model

Make = Callable[..., Mesh]


def test_each_change_is_a_finding_with_its_count(make_sphere: Make) -> None:
    ball, crumb = make_sphere(48), make_sphere(3, radius=0.005, center=(0, 5, 0))
    flat = np.concatenate([ball.triangles, ball.triangles[:7], np.zeros((3, 3), np.uint32)])
    assert ball.normals is not None
    normals = ball.normals.copy()
    normals[1000] = 0
    model = Model((replace(ball, triangles=flat, normals=normals), crumb))
    glb, report = repair_model(write_glb(model), RepairOptions(), Dimensions(height=30, unit="cm"))
    found = {f.code: f.measured for f in report.findings}
    assert found == {"DEGENERATE_REMOVED": 10, "NORMALS_FIXED": 1, "SMALL_PARTS_REMOVED": 1}
    assert report.size_m == pytest.approx((0.3, 0.3, 0.3), rel=1e-4)
    back = read_glb(glb)
    assert back.triangle_count == len(ball.triangles)
    assert back.bounds[0][1] == pytest.approx(0, abs=1e-6)


def test_a_clean_model_has_nothing_to_report_and_repairing_twice_changes_nothing(globe: Model) -> None:
    once, report = repair_model(write_glb(globe), RepairOptions(), None)
    assert report.findings == ()
    assert repair_model(once, RepairOptions(), None)[0] == once


def test_nothing_left_is_an_error(make_sphere: Make) -> None:
    ball = make_sphere(4)
    folded = replace(ball, triangles=np.zeros((5, 3), np.uint32))
    with pytest.raises(ModelError, match="no triangle with an area"):
        repair_model(write_glb(Model((folded,))), RepairOptions(), None)


@pytest.mark.parametrize("factor", [1.5e9, 1e30, 3e38])
def test_a_model_too_large_for_float32_is_named(globe: Model, factor: float) -> None:
    mesh = globe.meshes[0]
    positions = mesh.positions / np.abs(mesh.positions).max() * np.float32(factor)
    large = replace(globe, meshes=(replace(mesh, positions=positions),))
    with pytest.raises(ModelError, match=r"the model is .*e\+\d+ units long along x; 1e\+09 is the most"):
        repair(large, RepairOptions(), None)


def test_a_raw_generated_model(shared_models: Path) -> None:
    glb = (shared_models / "backpack_150k.glb").read_bytes()
    repaired, report = repair_model(glb, RepairOptions(), Dimensions(height=0.5))
    assert report.size_m == pytest.approx((0.3845, 0.5, 0.1776), abs=1e-3)
    assert {f.code: f.measured for f in report.findings} == {"WINDING_UNIFIED": 149_961, "NORMALS_FIXED": 2}
    # Its textures went through byte for byte.
    assert read_glb(repaired).materials == read_glb(glb).materials


def test_the_chair_comes_out_whole_clean_and_opaque(shared_models: Path) -> None:
    model, report = repair(
        read_glb((shared_models / "chair_500k_shell_debris.glb").read_bytes()), RepairOptions(), None
    )
    assert {f.code: f.measured for f in report.findings} == {
        "WINDING_UNIFIED": 432_736,
        "HIDDEN_PARTS_REMOVED": 5,
        "SMALL_PARTS_REMOVED": 42,
        "ALPHA_FORCED_OPAQUE": 0.125,
    }
    assert model.triangle_count == 432_224
    # The written texture has no alpha that could flicker once blending is on.
    (file,) = build_lods_of(model, (Level(triangles=5000, texture_px=256),), WebOptions())
    base_color = read_glb(file.data).materials[0].base_color
    assert base_color is not None
    assert not has_alpha(base_color.data, base_color.media_type)
