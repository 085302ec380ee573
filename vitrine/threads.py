"""Thread pools: Embree, numpy, Pillow and meshoptimizer release the GIL, so threads use every core."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")

SLICE_SIZE = 32_768
"""Rays in one slice: the arrays of so many stay in a core's cache."""


class InlineExecutor(Executor):
    """An executor without threads: `submit` runs the call before it returns, on the caller's thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def cpu_count() -> int:
    """Return the number of processors this process may use, like `os.process_cpu_count` of Python 3.13."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def thread_pool(jobs: int | None) -> Iterator[Executor]:
    """Yield an executor with `jobs` threads: one a core for `None`, the caller's thread for 1."""
    count = jobs or cpu_count()
    if count <= 1:
        yield InlineExecutor()
        return
    with ThreadPoolExecutor(count, thread_name_prefix="mesh") as pool:
        yield pool


def map_slices(function: Callable[[slice], T], count: int, *, size: int = SLICE_SIZE) -> list[T]:
    """Call `function` with consecutive slices of `range(count)`, `size` items each, on all cores.

    Returns the results in the order of the slices.
    """
    slices = [slice(start, min(start + size, count)) for start in range(0, count, size)]
    threads = min(cpu_count(), len(slices))
    if threads < 2:
        return [function(part) for part in slices]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, slices))


def run_concurrently(*functions: Callable[[], object]) -> None:
    """Call each function on a thread of its own, wait for all of them, and raise the first error."""
    with ThreadPoolExecutor(max(len(functions), 1)) as pool:
        for future in [pool.submit(function) for function in functions]:
            future.result()
