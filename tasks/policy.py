"""How hard a task tries: what every step has in common, and the options of its decorator."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from prefect import Task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.logging.handlers import APILogHandler
from prefect.tasks import exponential_backoff
from prefect.utilities.annotations import opaque

from tasks.run_count import note_task_run
from tasks.traces import name_product
from vitrine import progress

P = ParamSpec("P")
R = TypeVar("R")

MAX_RETRY_AFTER_S = 300.0
"""The longest `Retry-After` that a task waits for; a provider that asks for more is asked again too early."""

_cpu_slots: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class Step(Task[P, R]):
    """A task whose arguments Prefect does not search for results of other task runs.

    They are records without any, and Prefect would walk through all their fields twice a run.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task."""
        call: Callable[..., Any] = super().__call__
        return call(*map(opaque, args), **{name: opaque(value) for name, value in kwargs.items()})


def step(
    *, retries: int = 0, retry_on: tuple[type[Exception], ...] = (), wait_s: float = 2.0
) -> Callable[[Callable[P, Awaitable[R]]], Task[P, Any]]:
    """Make a Prefect task of one step of a conversion, named after its function.

    The task is retried for the errors in `retry_on` and no others: first after `wait_s` seconds, then after
    twice as long each time, with jitter, and never before a provider's `Retry-After`. Prefect caches nothing
    here: the ledger keeps purchases, and the work store keeps results (`tasks/result_cache.py`).
    """

    def decorate(body: Callable[P, Awaitable[R]]) -> Task[P, Any]:
        @functools.wraps(body)
        async def run(*args: P.args, **kwargs: P.kwargs) -> R:
            note_task_run()
            name_product()
            with progress.step(body.__name__):
                return await body(*args, **kwargs)

        return Step(
            run,
            name=body.__name__,
            task_run_name=_run_name(body.__name__),
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=retries,
            retry_delay_seconds=exponential_backoff(wait_s) if retries else None,
            retry_jitter_factor=0.5 if retries else None,
            retry_condition_fn=on(*retry_on),
        )

    return decorate


def on(*errors: type[Exception]) -> Callable[[Any, TaskRun, State[Any]], Awaitable[bool]]:
    """Return a condition that retries after these errors and no others, after the error's `Retry-After`."""

    async def condition(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
        error = await state.aresult(raise_on_failure=False)
        if not isinstance(error, errors):
            return False
        await asyncio.sleep(min(getattr(error, "retry_after_s", None) or 0.0, MAX_RETRY_AFTER_S))
        return True

    return condition


async def on_cpu(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a CPU-bound function on a thread; at most as many run at once as there are cores."""
    loop = asyncio.get_running_loop()
    async with _cpu_slots.setdefault(loop, asyncio.Semaphore(os.cpu_count() or 1)):
        return await asyncio.to_thread(function, *args, **kwargs)


async def gather_steps(*steps: Awaitable[Any]) -> list[Any]:
    """Run steps concurrently and return their results; raise the first error after all have ended."""
    results = await asyncio.gather(*steps, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def enable_progress_log() -> None:
    """Let the library's progress through to Prefect's log, unless its logger has a level already.

    The library logs progress at INFO. Prefect adds its handler to the logger
    (`PREFECT_LOGGING_EXTRA_LOGGERS`) but sets no level, and Python's default is WARNING. The library says
    that a step is done, and how long it took: Prefect's own line on a completed task run is left out. That
    a step has started is known from its task run: the library's line on it stays out of Prefect's log.
    """
    logger = logging.getLogger("vitrine")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    for handler in logger.handlers:
        if isinstance(handler, APILogHandler):
            handler.addFilter(_is_news)
    logging.getLogger("prefect.task_runs").addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    if record.levelno > logging.INFO:
        return True
    repeated = str(record.msg).startswith("Finished in state Completed")
    return not repeated and getattr(record, "state", None) != "started"


def _run_name(name: str) -> Callable[[], str]:
    def run_name() -> str:
        return f"{name} {progress.current_product()}".rstrip()

    return run_name
