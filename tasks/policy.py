"""How hard to try, said once: what every step has in common, and the vocabulary of its decorator."""

from __future__ import annotations

import asyncio
import functools
import logging
import os
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, ParamSpec, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext
from prefect.tasks import exponential_backoff

from vitrine import progress

P = ParamSpec("P")
R = TypeVar("R")

LONGEST_REST_S = 300.0
"""The longest `Retry-After` that is waited out; a provider that asks for more is given up on later."""

# The library logs its progress at INFO, and Prefect files what the logger lets through.
logging.getLogger("vitrine").setLevel(logging.INFO)

task_runs_of: Counter[UUID] = Counter()
"""How many task runs this process has started, by flow run: what a server must have on record in the end."""

_cores: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


def step(
    *, retries: int = 0, retry_on: tuple[type[Exception], ...] = (), wait_s: float = 2.0
) -> Callable[[Callable[P, Awaitable[R]]], Task[P, Any]]:
    """A Prefect task around one step of a conversion, named after its function.

    Retried only for the errors it names, first after `wait_s` seconds, then after twice as long each time,
    with jitter, and never before a provider's `Retry-After`. Prefect caches nothing here: what was bought
    stands in the ledger, what was made stands in the work store (`tasks/result_cache.py`).
    """

    def decorate(body: Callable[P, Awaitable[R]]) -> Task[P, Any]:
        @functools.wraps(body)
        async def tell(*args: P.args, **kwargs: P.kwargs) -> R:
            _count()
            with progress.step(body.__name__):
                return await body(*args, **kwargs)

        return task(
            name=body.__name__,
            task_run_name=_run_name(body.__name__),
            cache_policy=NO_CACHE,
            persist_result=False,
            retries=retries,
            retry_delay_seconds=exponential_backoff(wait_s) if retries else None,
            retry_jitter_factor=0.5 if retries else None,
            retry_condition_fn=on(*retry_on),
        )(tell)

    return decorate


def on(*errors: type[Exception]) -> Callable[[Any, TaskRun, State[Any]], Awaitable[bool]]:
    """Try again after these errors and no others, once the rest that the error asks for is over."""

    async def condition(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
        error = await state.aresult(raise_on_failure=False)
        if not isinstance(error, errors):
            return False
        await asyncio.sleep(min(getattr(error, "retry_after_s", None) or 0.0, LONGEST_REST_S))
        return True

    return condition


async def on_cpu(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a CPU-bound function on a thread; no more of them at once than there are cores."""
    loop = asyncio.get_running_loop()
    async with _cores.setdefault(loop, asyncio.Semaphore(os.cpu_count() or 1)):
        return await asyncio.to_thread(function, *args, **kwargs)


async def gather_steps(*steps: Awaitable[Any]) -> list[Any]:
    """Run steps side by side; all have ended, well or not, when the first error is raised."""
    results = await asyncio.gather(*steps, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def _run_name(name: str) -> Callable[[], str]:
    def run_name() -> str:
        return f"{name} {progress.current_product()}".rstrip()

    return run_name


def _count() -> None:
    context = TaskRunContext.get()
    if context and context.task_run.flow_run_id and context.task_run.run_count <= 1:
        task_runs_of[context.task_run.flow_run_id] += 1
