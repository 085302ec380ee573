from __future__ import annotations

import threading

import pytest

from vitrine.threads import InlineExecutor, cpu_count, map_slices, run_concurrently, thread_pool


def test_one_job_runs_on_the_callers_thread() -> None:
    with thread_pool(1) as pool:
        assert isinstance(pool, InlineExecutor)
        assert pool.submit(threading.get_ident).result() == threading.get_ident()


def test_more_jobs_run_on_threads_of_their_own() -> None:
    with thread_pool(2) as pool:
        assert pool.submit(threading.get_ident).result() != threading.get_ident()


def test_an_error_is_kept_for_who_asks_for_the_result() -> None:
    future = InlineExecutor().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        future.result()


def test_slices_cover_the_range_in_order() -> None:
    assert map_slices(lambda part: (part.start, part.stop), 10, size=4) == [(0, 4), (4, 8), (8, 10)]
    assert map_slices(lambda part: part, 0) == []


def test_functions_run_at_the_same_time() -> None:
    barrier = threading.Barrier(2)
    run_concurrently(lambda: barrier.wait(30), lambda: barrier.wait(30))


def test_the_first_error_is_raised() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        run_concurrently(int, lambda: int("x"))


def test_there_is_at_least_one_processor() -> None:
    assert cpu_count() >= 1
