"""Numbers as people read them."""

from __future__ import annotations

import pytest

from vitrine.publishing.pages.format import format_bytes, format_count, format_extent


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "1 KB"),
        (1_499, "1 KB"),
        (812_345, "812 KB"),
        (999_499, "999 KB"),
        (999_500, "1.0 MB"),
        (14_941_116, "14.9 MB"),
        (2_000_000_000, "2,000.0 MB"),
    ],
)
def test_sizes(size_bytes: int, words: str) -> None:
    assert format_bytes(size_bytes) == words


@pytest.mark.parametrize(
    ("size_m", "words"),
    [
        ((0.24, 0.315, 0.24), "24 × 31.5 × 24 cm"),
        ((0.0121, 0.03, 0.0999), "12.1 × 30 × 99.9 mm"),
        ((12.5, 3, 2), "1,250 × 300 × 200 cm"),
    ],
)
def test_extents(size_m: tuple[float, float, float], words: str) -> None:
    assert format_extent(size_m).replace("\N{NO-BREAK SPACE}", " ") == words


def test_counts() -> None:
    assert format_count(1, "triangle", "triangles") == "1 triangle"
    assert format_count(100_000, "triangle", "triangles") == "100,000 triangles"
