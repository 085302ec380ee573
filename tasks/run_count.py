"""Count the task runs that this process starts: a server has to record as many before it may be stopped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from prefect.context import TaskRunContext

RunCount = Counter[UUID]
"""How many task runs were started, by the id of their flow run."""

_count: ContextVar[RunCount | None] = ContextVar("run_count", default=None)


@contextmanager
def count_task_runs() -> Iterator[RunCount]:
    """Count the task runs that are started while the body runs, in its context and the tasks it starts."""
    count: RunCount = Counter()
    token = _count.set(count)
    try:
        yield count
    finally:
        _count.reset(token)


def note_task_run() -> None:
    """Count the current task run, unless it is a retry or no count was asked for."""
    count, context = _count.get(), TaskRunContext.get()
    if count is None or context is None or context.task_run.flow_run_id is None:
        return
    if context.task_run.run_count <= 1:
        count[context.task_run.flow_run_id] += 1
