"""Counters that all workers share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from vitrine.ledger import Ledger
from vitrine.ledger.counters import add_counts, read_counts


def test_counts_add_up_and_labels_are_apart(ledger: Ledger) -> None:
    assert read_counts(ledger) == {}
    add_counts(ledger, {("products", "held"): 1, ("step_seconds", "build_ar"): 0.5})
    add_counts(ledger, {("products", "held"): 2, ("products", "failed"): 1})
    assert read_counts(ledger) == {
        ("products", "held"): 3,
        ("products", "failed"): 1,
        ("step_seconds", "build_ar"): 0.5,
    }


def test_nothing_is_lost_when_many_count_at_once(ledger: Ledger) -> None:
    counts = {("step_runs", name): 1.0 for name in "abcde"}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: add_counts(ledger, counts), range(40)))
    assert read_counts(ledger) == {("step_runs", name): 40.0 for name in "abcde"}
