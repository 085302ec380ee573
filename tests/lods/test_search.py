from __future__ import annotations

from vitrine.lods.search import smallest_passing


def test_the_smallest_count_that_passes() -> None:
    asked = []

    def passes(count: int) -> bool:
        asked.append(count)
        return count >= 777

    assert 777 <= smallest_passing(passes, 10, 100_000) <= 777 * 1.05
    assert len(asked) < 10
    assert smallest_passing(lambda _: False, 10, 500) == 500
    assert smallest_passing(lambda _: True, 10, 500) < 11
