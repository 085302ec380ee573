"""Counts by route and account, and the rate of the last minute."""

from __future__ import annotations

from vitrine.sandbox.request_counter import RequestCounter


def test_the_last_minute_is_a_sliding_window():
    counter = RequestCounter()
    assert [counter.count("GET /a", "one", now) for now in (0, 30, 59, 60, 100)] == [1, 2, 3, 3, 3]
    assert counter.count("GET /b", "two", 100) == 1
    report = counter.report()
    assert (report["total"], report["by_route"]) == (6, {"GET /a": 5, "GET /b": 1})
    assert report["busiest_minute"] == {"one": 3, "two": 1}


def test_an_account_at_its_limit_waits_until_its_oldest_request_is_a_minute_old():
    counter = RequestCounter()
    assert counter.retry_after_s("one", 2, 0) == 0
    counter.count("GET /a", "one", 10)
    counter.count("GET /a", "one", 25)
    assert counter.retry_after_s("one", 2, 30) == 40
    assert counter.retry_after_s("one", 3, 30) == 0
    assert counter.retry_after_s("two", 2, 30) == 0
