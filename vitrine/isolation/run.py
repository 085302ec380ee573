"""Run a function in a worker process that is used again: `run_isolated`."""

from __future__ import annotations

import atexit
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, get_type_hints

from vitrine import errors
from vitrine.errors import StoppedInWorker, VitrineError
from vitrine.isolation.messages import as_result
from vitrine.isolation.process import WorkerDied, WorkerLate, WorkerProcess

if TYPE_CHECKING:
    from vitrine.recipe.limits import ProcessLimits  # which takes as long to import as to start a worker

P = ParamSpec("P")
R = TypeVar("R")

MAX_CALLS = 500
"""Calls after which a worker is replaced, whatever its memory."""
MAX_RSS_BYTES = 1_500_000_000
"""A worker that has grown larger is replaced."""
_idle: list[WorkerProcess] = []
_lock = threading.Lock()


def run_isolated(limits: ProcessLimits, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a module's function in a worker process, and return its result.

    The worker has `limits` of memory, processor time and time, none of this process's secrets in its
    environment, and is used again for later calls. Arguments are pickled; the result has the function's
    return annotation: bytes, numbers, texts, records, dataclasses, and tuples of these.
    Raises the `VitrineError` that the function raises, and `StoppedInWorker` if the worker crashes, is killed
    or exceeds a limit; later calls get another worker.
    """
    return start_isolated(limits, function, *args, **kwargs).result()


def start_isolated(
    limits: ProcessLimits, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs
) -> IsolatedCall[R]:
    """Begin what `run_isolated` does; ask the call for its `result()`, once, when it is needed."""
    worker = _take()
    call = IsolatedCall[R](worker, function, limits)
    with call.worker_errors():
        worker.send(function, args, kwargs, (limits.memory_bytes, limits.cpu_s), limits.wall_s)
    return call


class IsolatedCall(Generic[R]):
    """A call that a worker process runs."""

    def __init__(self, worker: WorkerProcess, function: Callable[..., R], limits: ProcessLimits) -> None:
        self._worker, self._name, self._limits = worker, function.__name__, limits
        self._kind = get_type_hints(function)["return"]

    def result(self) -> R:
        """Wait for the result; raises what `run_isolated` raises."""
        with self.worker_errors():
            answer = self._worker.receive()
        if "error" in answer:
            _give_back(self._worker)
            raise _error(answer, self._name, self._limits)
        try:
            result: R = as_result(answer.get("result"), self._kind)
        except ValueError as error:
            self._worker.kill()
            raise StoppedInWorker(f"{self._name}: the worker's answer is no {self._kind}") from error
        _give_back(self._worker)
        return result

    @contextmanager
    def worker_errors(self) -> Iterator[None]:
        """Say in a `StoppedInWorker` why the worker has ended; end it after any other error."""
        try:
            yield
        except WorkerLate as error:
            why = f"no result after {self._limits.wall_s:g} s (process.wall_s in the recipe)"
            raise StoppedInWorker(f"{self._name}: {why}") from error
        except WorkerDied as error:
            raise StoppedInWorker(f"{self._name}: {_why(error, self._limits)}") from error
        except BaseException:
            self._worker.kill()
            raise


def start_worker(*modules: str) -> None:
    """Start a worker before the first call; it imports `modules` while this process does other work."""
    _give_back(WorkerProcess(modules))


def _take() -> WorkerProcess:
    with _lock:
        return _idle.pop() if _idle else WorkerProcess()


def _give_back(worker: WorkerProcess) -> None:
    if worker.calls >= MAX_CALLS or worker.max_rss_bytes > MAX_RSS_BYTES:
        worker.close()
        return
    with _lock:
        _idle.append(worker)


@atexit.register
def close_workers() -> None:
    """End the workers that wait for a call; they also end when this process does."""
    with _lock:
        idle, _idle[:] = list(_idle), []
    for worker in idle:
        worker.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_idle.clear)  # a child must not talk to its parent's workers


def _why(died: WorkerDied, limits: ProcessLimits) -> str:
    if died.signal == signal.SIGXCPU:
        return f"it took more than {limits.cpu_s:g} s of processor time (process.cpu_s in the recipe)"
    if died.signal is None:
        return "the worker process ended without a result"
    return f"the worker process was killed by {died.signal.name}"


def _error(answer: dict[str, Any], step: str, limits: ProcessLimits) -> VitrineError:
    """Return the error that the function has raised there: one of `vitrine.errors`, or `StoppedInWorker`."""
    name, message = str(answer["error"]), str(answer.get("message", ""))
    if name == "MemoryError":
        why = f"more than {limits.memory_bytes:,} bytes of memory (process.memory_bytes in the recipe)"
        return StoppedInWorker(f"{step}: it takes {why}")
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, VitrineError)):
        return StoppedInWorker(f"{step}: {message}")
    error: VitrineError = kind.__new__(kind, message)
    error.args = (message,)
    fields = answer.get("fields")
    for field, value in fields.items() if isinstance(fields, dict) else ():
        setattr(error, str(field), value)
    return error
