"""Numbers as people read them."""

from __future__ import annotations

import pytest

from vitrine.publishing.pages.format import format_bytes, format_count


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


def test_counts() -> None:
    assert format_count(1, "triangle", "triangles") == "1 triangle"
    assert format_count(100_000, "triangle", "triangles") == "100,000 triangles"
