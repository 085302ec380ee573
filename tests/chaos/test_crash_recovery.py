"""Processes that are killed or interrupted buy every model once and lose none. Long runs: benchmarks/."""

from __future__ import annotations

import pytest

from benchmarks.crash_recovery import run
from benchmarks.postgres import find_binaries


@pytest.mark.parametrize(
    ("workers", "postgres", "interrupt"),
    [(1, False, False), (2, True, False), (1, False, True)],
    ids=["SIGKILL", "SIGKILL, two processes on PostgreSQL", "Ctrl-C"],
)
def test_nothing_is_paid_twice_and_nothing_is_lost(workers: int, postgres: bool, interrupt: bool) -> None:
    if postgres and find_binaries() is None:
        pytest.skip("no PostgreSQL server binaries here: apt-get install postgresql")
    result = run(
        products=10,
        kills=4,
        workers=workers,
        postgres=postgres,
        seed=3,
        listing_delay_s=1.0,
        interrupt=interrupt,
    )
    assert result.kills >= 2
    assert result.sales == result.distinct_photos_sold == result.published == result.ledger_lines == 10
    assert result.ledger_usd == result.sandbox_usd
    assert (result.raw_models_lost, result.unsettled) == (0, 0)
