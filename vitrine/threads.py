"""Threads of the process: Embree, numpy, Pillow and meshoptimizer release the GIL, so they use every core.

All work shares one pool for each number of threads, however deeply calls are nested. Who waits for a result
computes it itself, if nobody has begun to; while it waits for another thread, one more may run.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from importlib import import_module
from threading import Lock, RLock
from typing import Any, ParamSpec, TypeVar, cast

S = TypeVar("S")
T = TypeVar("T")
P = ParamSpec("P")

SLICE_SIZE = 32_768
"""Rays in one slice: the arrays of so many stay in a core's cache."""
MAX_THREADS = 64
"""Threads that wait count, too, so there are more of them than run."""

_scipy_lock = Lock()
_threads: ContextVar[int | None] = ContextVar("threads", default=None)


class InlineExecutor(Executor):
    """An executor without threads: `submit` runs the call before it returns, on the caller's thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class _Call(Future[T]):
    """A call that one thread runs: one of the pool's, or the first that waits for its result."""

    def __init__(self, pool: _Pool, function: Callable[[], T]) -> None:
        super().__init__()
        self._pool = pool
        self._function: Callable[[], T] | None = function
        self._claim = Lock()

    def run(self) -> None:
        """Run the call, unless a thread has begun to, or it is cancelled."""
        if not self._claim.acquire(blocking=False):
            return
        function, self._function = self._function, None
        if function is None or not self.set_running_or_notify_cancel():
            return
        try:
            self.set_result(function())
        except BaseException as error:
            self.set_exception(error)

    def result(self, timeout: float | None = None) -> T:
        """Return the result; run the call first if no thread has begun to."""
        self._end(timeout)
        return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return the error, or `None`; run the call first if no thread has begun to."""
        self._end(timeout)
        return super().exception(timeout)

    def _end(self, timeout: float | None) -> None:
        if self.done():
            return
        self._pool.discard(self)
        self.run()
        if not self.done():
            with self._pool.waiting():
                wait([self], timeout)


class _Pool(Executor):
    """Runs calls, the newest first, on as many threads as may run beside the caller's."""

    def __init__(self, threads: int) -> None:
        self._beside = threads - 1
        self._running = 0
        self._calls: deque[_Call[Any]] = deque()
        self._lock = Lock()
        self._executor = ThreadPoolExecutor(MAX_THREADS, thread_name_prefix="mesh")

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        context = copy_context()
        call: _Call[T] = _Call(self, lambda: context.run(fn, *args, **kwargs))
        with self._lock:
            self._calls.append(call)
            self._start()
        return call

    def discard(self, call: _Call[Any]) -> None:
        """Forget a call that is run by who waits for it."""
        with self._lock, suppress(ValueError):
            self._calls.remove(call)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let another thread run while this one waits."""
        with self._lock:
            self._running -= 1
            self._start()
        try:
            yield
        finally:
            with self._lock:
                self._running += 1

    def _start(self) -> None:
        if self._calls and self._running < self._beside:
            self._running += 1
            self._executor.submit(self._run_calls)

    def _run_calls(self) -> None:
        while True:
            with self._lock:
                if not self._calls or self._running > self._beside:
                    self._running -= 1
                    return
                call = self._calls.pop()
            call.run()
            del call


class _Group(Executor):
    """The calls of one `with thread_pool(…)`."""

    def __init__(self, pool: _Pool) -> None:
        self._pool = pool
        self._calls: list[Future[Any]] = []

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        call = self._pool.submit(fn, *args, **kwargs)
        self._calls.append(call)
        return call

    def finish(self) -> None:
        """Cancel the calls that have not begun, and wait for the others."""
        for call in self._calls:
            if not call.cancel():
                call.exception()


_pools: dict[int, _Pool] = {}
_pools_lock = Lock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pools.clear)  # a child has none of its parent's threads


def _pool(threads: int) -> _Pool:
    with _pools_lock:
        if threads not in _pools:
            _pools[threads] = _Pool(threads)
        return _pools[threads]


def cpu_count() -> int:
    """Return the number of processors this process may use, like `os.process_cpu_count` of Python 3.13."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def scipy_module(name: str) -> Any:
    """Return a module of SciPy, imported when it is first needed: that takes up to half a second.

    SciPy's modules import each other in circles. Two threads that import two of them at once get modules that
    are half loaded: `KeyError: 'scipy'`. So they wait for each other here.
    """
    with _scipy_lock:
        return import_module(f"scipy.{name}")


@contextmanager
def thread_pool(jobs: int | None) -> Iterator[Executor]:
    """Yield an executor with `jobs` threads, and let all calls inside share them.

    `None` is the number of the pool around this one, or one thread a core; 1 is the caller's thread.
    Calls that have not begun at the end are cancelled.
    """
    count = jobs or _threads.get() or cpu_count()
    token = _threads.set(count)
    try:
        if count <= 1:
            yield InlineExecutor()
            return
        group = _Group(_pool(count))
        try:
            yield group
        finally:
            group.finish()
    finally:
        _threads.reset(token)


class Once:
    """Results that are computed once for each key. Safe to share between threads.

    Who asks first computes the result; others wait for it, and let another thread run meanwhile.
    """

    def __init__(self) -> None:
        self._calls: dict[Hashable, Future[Any]] = {}
        self._lock = RLock()  # without threads, a result that needs another one is computed inside it

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the result of the first `make` for this key, or raise its error."""
        with thread_pool(None) as pool:
            with self._lock:
                if key not in self._calls:
                    self._calls[key] = pool.submit(make)
                call = self._calls[key]
            return cast(T, call.result())


def map_slices(function: Callable[[slice], T], count: int, *, size: int = SLICE_SIZE) -> list[T]:
    """Call `function` with consecutive slices of `range(count)`, `size` items each, on all threads.

    Returns the results in the order of the slices.
    """
    return map_items(function, [slice(start, min(start + size, count)) for start in range(0, count, size)])


def map_items(function: Callable[[S], T], items: Sequence[S]) -> list[T]:
    """Call `function` with each item, on all threads; return the results in the order of the items."""
    if len(items) < 2:
        return [function(item) for item in items]
    with thread_pool(None) as pool:
        calls = [pool.submit(function, item) for item in items]
        return [call.result() for call in calls]


def run_concurrently(*functions: Callable[[], object]) -> None:
    """Call the functions on all threads, wait for all of them, and raise the first error."""
    with thread_pool(None) as pool:
        calls = [pool.submit(function) for function in functions]
        errors = [call.exception() for call in calls]
    for error in errors:
        if error is not None:
            raise error
