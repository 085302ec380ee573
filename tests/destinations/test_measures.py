from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.fixtures.feature_models import checks, patched
from tests.fixtures.meshes import sphere
from vitrine.destinations.measures import MEASURES, Subject
from vitrine.gltf import Material, Model, write_glb
from vitrine.models import Dimensions
from vitrine.usdz.write_usdz import write_usdz

BALL = sphere(8)
STANDING = replace(BALL, positions=BALL.positions + np.float32((0, 1, 0)))
TEXTURED = Material(base_color=checks((10, 10, 10), (250, 250, 250), px=64))


def measured(name: str, model: Model, **fields: Any) -> Any:
    return MEASURES[name](Subject(write_glb(model), "glb", **fields))


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("format", "glb"),
        ("triangles", len(BALL.triangles)),
        ("vertices", len(BALL.positions)),
        ("materials", 1),
        ("draw_calls", 1),
        ("texture_px", 64),
        ("textures_power_of_two", True),
        ("texture_formats", ("png",)),
        ("required_extensions", ()),
        ("uv_sets", 1),
        ("uvs_outside_unit_square", False),
        ("base_color_darkest", 10),
        ("base_color_brightest", 250),
        ("origin_offset_percent", 0),
        ("root_transforms", 0),
        ("size_error_percent", None),
        ("front_is_plus_z", None),
        ("gltf_errors", 0),
        ("gltf_warnings", 0),
        ("usdz_faults", None),
    ],
)
def test_of_a_ball(measure: str, value: Any) -> None:
    found = measured(measure, Model((STANDING,), (TEXTURED,)))
    assert found == (pytest.approx(value, abs=1e-4) if isinstance(found, float) else value)


def test_every_measure_has_a_test() -> None:
    tested = {mark.args[1][n][0] for mark in test_of_a_ball.pytestmark for n in range(len(mark.args[1]))}
    assert tested | {"size_bytes"} == set(MEASURES)


def test_what_is_off_is_measured() -> None:
    model = Model((BALL, replace(BALL, material=1)), (TEXTURED, TEXTURED))
    assert measured("origin_offset_percent", model) == pytest.approx(100 / 12**0.5, rel=1e-3)
    assert (measured("draw_calls", model), measured("materials", model)) == (2, 2)
    assert BALL.uvs is not None
    tiled = Model((replace(BALL, uvs=BALL.uvs * np.float32(2)),), (TEXTURED,))
    assert measured("uvs_outside_unit_square", tiled)
    odd = Model((BALL,), (replace(TEXTURED, base_color=checks((0, 0, 0), (9, 9, 9), px=60)),))
    assert not measured("textures_power_of_two", odd)
    assert measured("texture_px", Model((BALL,))) is None


def test_the_true_size_is_compared() -> None:
    dimensions = Dimensions(width=200, height=210, unit="cm")
    assert measured("size_error_percent", Model((BALL,)), dimensions=dimensions) == pytest.approx(
        100 * 10 / 210
    )


def test_a_moved_root_and_a_broken_rule_are_counted() -> None:
    def change(document: dict[str, Any]) -> None:
        document["nodes"][0]["translation"] = [0, 1, 0]
        document["materials"] = [{"alphaMode": "ODD"}]

    subject = Subject(patched(write_glb(Model((BALL,))), change), "glb")
    assert MEASURES["root_transforms"](subject) == 1
    assert MEASURES["gltf_warnings"](subject) or MEASURES["gltf_errors"](subject)


def test_a_usdz_is_measured_by_its_package() -> None:
    subject = Subject(write_usdz(Model((STANDING,), (TEXTURED,))), "usdz")
    values = {name: measure(subject) for name, measure in MEASURES.items()}
    assert values["usdz_faults"] == 0
    assert values["texture_formats"] == ("png",)
    assert (values["triangles"], values["texture_px"]) == (len(BALL.triangles), 64)
    untested = {name for name, value in values.items() if value is None}
    assert untested == {
        *("required_extensions", "uv_sets", "root_transforms", "size_error_percent"),
        *("front_is_plus_z", "gltf_errors", "gltf_warnings"),
    }
