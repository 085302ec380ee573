"""The renderer draws glTF materials as three.js does in the same light; some of the benchmark's features."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.features import MIN_SSIM, compare_feature
from benchmarks.rendering.three import NODE_MODULES, ThreeRenderer, three_renderer

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (NODE_MODULES / "three").is_dir(), reason="no three.js (`make setup` brings it)"),
]


@pytest.fixture(scope="module")
def three(chromium: Any) -> Iterator[ThreeRenderer]:
    with three_renderer(chromium) as renderer:
        yield renderer
    assert renderer.errors == []


@pytest.mark.parametrize(
    ("name", "max_delta_e"),
    [
        ("metal, roughness 0 … 1", 3),
        ("vertex colours × texture", 3),
        ("alpha mask, cutoff 0.8", 2),
        ("wrap: mixed", 2),
        ("single-sided", 3),
        ("emissive strength", 3),
        ("clearcoat", 4),
        ("sheen", 4),
        ("transmission, tinted", 3),
    ],
)
def test_features_look_as_in_three(three: ThreeRenderer, name: str, max_delta_e: float) -> None:
    compared = compare_feature(three, name, size_px=160)
    assert compared.ssim >= MIN_SSIM - 0.02  # smaller images than the benchmark's
    assert compared.delta_e < max_delta_e
