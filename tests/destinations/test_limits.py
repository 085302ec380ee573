from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from vitrine.destinations.limits import Limit, destinations, named_destinations
from vitrine.errors import RecipeError


def test_every_destination_has_a_source_and_a_date() -> None:
    known = destinations()
    assert len(known) == 11
    for destination in known.values():
        assert destination.source, destination.id
        assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", destination.date), destination.id
        assert destination.url.startswith("https://") or not destination.official, destination.id
        assert destination.files, destination.id
        assert any(limit.required for limit in destination.limits), destination.id
        for limit in destination.limits:
            assert limit.source, (destination.id, limit.measure)
            assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", limit.date), (destination.id, limit.measure)


def test_a_number_may_have_a_source_of_its_own() -> None:
    (scale,) = [limit for limit in destinations()["amazon"].limits if limit.measure == "size_error_percent"]
    assert "Khronos" in scale.source
    assert scale.source != destinations()["amazon"].source


def test_fewer_than_20_draw_calls_are_at_most_19() -> None:
    most = {
        key: limit.max
        for key, destination in destinations().items()
        for limit in destination.limits
        if limit.measure == "draw_calls"
    }
    assert most == {"khronos-web": 19, "khronos-banner": 4, "google-ads": 15}


def test_a_name_stands_for_all_that_start_with_it() -> None:
    assert [each.id for each in named_destinations(("google", "shopify", "google-ads"))] == [
        "google-merchant",
        "google-scene-viewer",
        "google-ads",
        "shopify",
    ]
    with pytest.raises(RecipeError, match=r"'ebay' is no destination: there are khronos-baseline, "):
        named_destinations(("ebay",))


@pytest.mark.parametrize("fields", [{}, {"max": 1, "min": 0}, {"measure": "beauty", "max": 1}])
def test_a_limit_has_one_bound_and_a_known_measure(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match=r"max, min, allowed and equal|no measure"):
        Limit(**({"measure": "triangles"} | fields))


def test_limits_in_words() -> None:
    texts = [
        Limit(measure="size_bytes", max=5_000_000).text,
        Limit(measure="texture_px", min=2048).text,
        Limit(measure="format", allowed=("glb", "usdz")).text,
        Limit(measure="textures_power_of_two", equal=True).text,
    ]
    assert texts == ["at most 5,000,000", "at least 2,048", "glb, usdz", "yes"]
