"""`judge_matte`: what each measure decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vitrine.photos.matting.judge_matte import judge_matte
from vitrine.photos.matting.matte_evidence import Evidence
from vitrine.recipe import PhotoOptions

GOOD = Evidence(
    agreement=0.98,
    doubt=0.01,
    contrast=0.99,
    touching=0.0,
    area=0.3,
    elsewhere=0.0,
    certainty=0.98,
    enclosed=0.0,
    blurred=0.0,
)


def test_a_sure_matte_is_sent() -> None:
    assert judge_matte(GOOD, PhotoOptions()) == ("send", ())


@pytest.mark.parametrize(
    ("change", "verdict", "code"),
    [
        ({"agreement": 0.88}, "judge", "MATTE_UNSURE"),
        ({"touching": 0.03}, "judge", "MATTE_UNSURE"),
        ({"touching": 0.3}, "hold", "OBJECT_UNCLEAR"),
        ({"doubt": 0.15}, "judge", "MATTE_UNSURE"),
        ({"contrast": 0.5}, "judge", "MATTE_UNSURE"),
        ({"agreement": 0.6}, "hold", "OBJECT_UNCLEAR"),
        ({"doubt": 0.6}, "hold", "OBJECT_UNCLEAR"),
        ({"certainty": 0.7}, "hold", "OBJECT_UNCLEAR"),
        ({"area": 0.97}, "hold", "OBJECT_UNCLEAR"),
        ({"area": 0.004}, "hold", "OBJECT_UNCLEAR"),
        ({"elsewhere": 0.3}, "hold", "OBJECT_UNCLEAR"),
        ({"blurred": 0.1}, "judge", "MATTE_UNSURE"),
        ({"blurred": 0.3}, "hold", "OBJECT_UNCLEAR"),
    ],
)
def test_each_measure_has_a_limit(change: dict[str, float], verdict: str, code: str) -> None:
    decided, (found,) = judge_matte(replace(GOOD, **change), PhotoOptions())
    assert (decided, found.code) == (verdict, code)
    assert found.measured == next(iter(change.values()))
    assert f"{found.measured:.3g}" in found.message
    assert found.limit is not None
    assert f"{found.limit:.3g}" in found.message


def test_enclosed_backdrop_holds_the_model_too() -> None:
    verdict, found = judge_matte(replace(GOOD, enclosed=0.2), PhotoOptions())
    assert (verdict, [f.code for f in found]) == ("judge", ["MATTE_UNSURE", "BACKDROP_ENCLOSED"])


def test_the_recipe_sets_the_limits_and_white_on_white_narrows_them() -> None:
    doubtful = replace(GOOD, agreement=0.95, doubt=0.03)
    assert judge_matte(doubtful, PhotoOptions())[0] == "send"
    assert judge_matte(doubtful, PhotoOptions(min_matte_agreement=0.96))[0] == "judge"
    assert judge_matte(doubtful, PhotoOptions(max_matte_doubt=0.02))[0] == "judge"
    assert judge_matte(doubtful, PhotoOptions(), lost=True)[0] == "judge"
    assert judge_matte(GOOD, PhotoOptions(), lost=True)[0] == "send"
