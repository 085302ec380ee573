"""Work spread over threads, or done on the spot."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

Result = TypeVar("Result")
P = ParamSpec("P")


class Inline(Executor):
    """Runs each job when it is submitted, on the caller's thread."""

    def submit(self, fn: Callable[P, Result], /, *args: P.args, **kwargs: P.kwargs) -> Future[Result]:
        future: Future[Result] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def cores() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def workers(jobs: int | None) -> Iterator[Executor]:
    """An executor for `jobs` threads; all cores for `None`, the calling thread alone for 1."""
    count = jobs or cores()
    if count <= 1:
        yield Inline()
        return
    with ThreadPoolExecutor(count, thread_name_prefix="mesh") as pool:
        yield pool
