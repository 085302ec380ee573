"""A run in which too many products fail starts no more of them."""

from __future__ import annotations

import pytest

from flows.failure_rate import MIN_FINISHED, FailureRate
from vitrine.models import Product
from vitrine.runs import Conversion


@pytest.mark.parametrize(
    ("failed", "published", "stops"),
    [(10, 10, False), (11, 9, True), (MIN_FINISHED - 1, 0, False), (20, 0, True), (0, 40, False)],
)
def test_the_share_counts_from_twenty_products_on(failed: int, published: int, stops: bool) -> None:
    rate = FailureRate(0.5)
    for _ in range(failed):
        rate.count(Conversion(product_id="a", status="failed"))
    for _ in range(published):
        rate.count(Conversion(product_id="b", status="published"))
    assert rate.is_too_high is stops


def test_it_says_how_many_failed() -> None:
    rate = FailureRate(0.5)
    for _ in range(20):
        rate.count(Conversion(product_id="a", status="failed"))
    row = rate.not_started(Product(id="mug", photos=("mug.jpg",)))
    assert row.status == "failed"
    assert row.error is not None
    assert "20 of 20 products failed, more than the limit of 50%" in row.error


def test_it_reports_once_that_too_many_failed() -> None:
    reports: list[tuple[int, int, float]] = []
    rate = FailureRate(0.5, lambda *counts: reports.append(counts))
    for _ in range(25):
        rate.count(Conversion(product_id="a", status="failed"))
    assert reports == [(20, 20, 0.5)]
