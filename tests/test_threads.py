from __future__ import annotations

import subprocess
import sys
import threading
import time
from concurrent.futures import Executor
from contextvars import ContextVar

import pytest

from vitrine.threads import InlineExecutor, Once, cpu_count, map_slices, run_concurrently, thread_pool

_variable: ContextVar[str] = ContextVar("variable")


def test_one_job_runs_on_the_callers_thread() -> None:
    with thread_pool(1) as pool:
        assert isinstance(pool, InlineExecutor)
        assert pool.submit(threading.get_ident).result() == threading.get_ident()
        with thread_pool(None) as inner:
            assert isinstance(inner, InlineExecutor)


def test_an_error_is_kept_for_who_asks_for_the_result() -> None:
    future = InlineExecutor().submit(int, "x")
    with pytest.raises(ValueError, match="invalid literal"):
        future.result()


def test_slices_cover_the_range_in_order() -> None:
    with thread_pool(3):
        assert map_slices(lambda part: (part.start, part.stop), 10, size=4) == [(0, 4), (4, 8), (8, 10)]
        assert map_slices(lambda part: part, 0) == []


def test_functions_run_at_the_same_time() -> None:
    barrier = threading.Barrier(2)
    with thread_pool(2):
        run_concurrently(lambda: barrier.wait(30), lambda: barrier.wait(30))


def test_the_first_error_is_raised() -> None:
    with thread_pool(2), pytest.raises(ValueError, match="invalid literal"):
        run_concurrently(int, lambda: int("x"))


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_a_result_is_computed_once_for_each_key(jobs: int) -> None:
    once, made = Once(), []

    def make(key: int) -> int:
        time.sleep(0.01)
        made.append(key)
        return key if key == 0 else once.get(0, lambda: make(0)) + key

    with thread_pool(jobs) as pool:
        calls = [pool.submit(once.get, key, lambda key=key: make(key)) for key in (1, 2, 3) * 4]
        assert [call.result() for call in calls] == [1, 2, 3] * 4
    assert sorted(made) == [0, 1, 2, 3]


def test_who_waits_for_a_shared_result_lets_another_thread_run() -> None:
    once, started, other = Once(), threading.Event(), threading.Event()

    def slow() -> str:
        started.set()
        assert other.wait(30)
        return "done"

    with thread_pool(2) as pool:
        first = pool.submit(once.get, "key", slow)
        assert started.wait(30)
        pool.submit(other.set)  # no thread is free for it until this one waits
        assert once.get("key", slow) == first.result() == "done"


def test_the_error_of_a_shared_result_is_raised_for_all() -> None:
    once = Once()
    for _ in range(2):
        with pytest.raises(ValueError, match="invalid literal"):
            once.get("key", lambda: int("x"))


def _sum_of_tree(depth: int) -> int:
    """Count the leaves of a binary tree of calls."""
    if not depth:
        return 1
    with thread_pool(None) as pool:
        calls = [pool.submit(_sum_of_tree, depth - 1) for _ in range(2)]
        return sum(call.result() for call in calls)


@pytest.mark.parametrize("jobs", [1, 2, 3, 8])
def test_calls_may_wait_for_calls_of_their_own(jobs: int) -> None:
    with thread_pool(jobs):
        assert _sum_of_tree(9) == 2**9


def test_no_more_threads_run_than_jobs() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def leaf() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        threading.Event().wait(0.002)
        with lock:
            running -= 1

    def branch(pool: Executor) -> None:
        for call in [pool.submit(leaf) for _ in range(8)]:
            call.result()

    with thread_pool(3) as pool:
        for call in [pool.submit(branch, pool) for _ in range(8)]:
            call.result()
    assert 1 <= most <= 5  # more may run for a moment, as threads that have waited go on


def test_calls_see_the_context_of_who_submits_them() -> None:
    _variable.set("of the caller")
    with thread_pool(2) as pool:
        assert [pool.submit(_variable.get).result() for _ in range(4)] == ["of the caller"] * 4


def test_calls_that_have_not_begun_are_cancelled_at_the_end() -> None:
    done: list[int] = []
    release = threading.Event()
    with thread_pool(2) as pool:
        pool.submit(release.wait, 30)
        calls = [pool.submit(done.append, number) for number in range(5)]
        calls[0].result()
        release.set()
    assert all(call.done() for call in calls)
    assert done[0] == 0


def test_there_is_at_least_one_processor() -> None:
    assert cpu_count() >= 1


def test_openusd_is_loaded_by_one_call() -> None:
    """Loaded beside another library by another thread, it waited for ever."""
    pytest.importorskip("pxr")
    code = "from vitrine.usdz.open_usd import load_usd\nload_usd()\nassert 'pxr.UsdValidation' in sys.modules"
    subprocess.run([sys.executable, "-c", f"import sys\n{code}"], check=True, timeout=60)


THREE_THREADS = """
import sys
from threading import Barrier
from vitrine.threads import scipy_module, thread_pool

names = ("ndimage", "spatial", "sparse.csgraph")
together = Barrier(len(names))

def load(name):
    together.wait()
    return scipy_module(name)

with thread_pool(len(names) + 1) as pool:
    modules = [call.result() for call in [pool.submit(load, name) for name in names]]
assert modules == [sys.modules[f"scipy.{name}"] for name in names]
assert modules[1].cKDTree and modules[1].ConvexHull
"""


def test_threads_that_need_modules_of_scipy_at_once_get_whole_ones() -> None:
    """Two that imported two of them at the same time failed with `KeyError: 'scipy'`."""
    subprocess.run([sys.executable, "-c", THREE_THREADS], check=True, timeout=60)
