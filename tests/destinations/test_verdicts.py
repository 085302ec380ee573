from __future__ import annotations

from tests.fixtures.feature_models import checks
from tests.fixtures.meshes import sphere
from vitrine.destinations.limits import Destination, Limit
from vitrine.destinations.measures import Subject
from vitrine.destinations.verdicts import judge
from vitrine.destinations.words import describe_missed
from vitrine.gltf import Material, Model, write_glb

BALL = Model((sphere(8),), (Material(base_color=checks((9, 9, 9), (99, 99, 99))),))


def verdict(*limits: Limit, data: bytes | None = None):
    destination = Destination(
        **dict.fromkeys(("id", "name", "source", "url", "date"), "x"),
        official=True,
        files=("ar",),
        limits=limits,
    )
    return judge(Subject(write_glb(BALL) if data is None else data, "glb"), destination, "ar")


def test_pass_fail_and_not_tested() -> None:
    found = verdict(
        Limit(measure="triangles", max=1000),
        Limit(measure="texture_px", min=128),
        Limit(measure="texture_formats", allowed=("jpeg",), required=False),
        Limit(measure="front_is_plus_z", equal=True),
    )
    assert [check.answer for check in found.checks] == ["pass", "fail", "fail", "not tested"]
    assert (found.answer, found.role) == ("fail", "ar")
    assert describe_missed(found) == (
        "fail: texture_px is 64, the limit is at least 128; "
        "recommended: texture_formats is png, the limit is jpeg; not tested: front_is_plus_z"
    )


def test_a_recommendation_fails_no_destination() -> None:
    found = verdict(Limit(measure="triangles", max=10, required=False), Limit(measure="materials", max=1))
    assert found.answer == "pass"
    assert [check.measure for check in found.missed] == ["triangles"]


def test_where_nothing_is_tested_nothing_passes() -> None:
    assert verdict(Limit(measure="front_is_plus_z", equal=True)).answer == "not tested"
    broken = verdict(Limit(measure="triangles", max=10), Limit(measure="gltf_errors", max=0), data=b"glTF no")
    assert [check.answer for check in broken.checks] == ["not tested", "fail"]
