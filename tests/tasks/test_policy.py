from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import threading
import time
from typing import Any

import pytest
from prefect import Task
from prefect.client.schemas.objects import State, TaskRun
from prefect.logging.handlers import APILogHandler
from prefect.states import Failed

from tasks.policy import enable_progress_log, gather_steps, on, on_cpu, step
from vitrine import progress
from vitrine.errors import (
    InputError,
    OutcomeUnknown,
    PhotoError,
    ProviderBusy,
    ProviderRefused,
    ProviderUnreachable,
)

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("prefect_server")]


class Flaky:
    """A body that fails with each error in turn, then succeeds, and counts its calls."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


def patient(body: Flaky) -> Task[[], Any]:
    async def flaky() -> str:
        return await body()

    return step(retries=3, retry_on=(ProviderBusy, ProviderUnreachable), wait_s=0.01)(flaky)


async def test_a_named_error_is_tried_again() -> None:
    body = Flaky(ProviderBusy("later"), ProviderUnreachable("no route"))
    assert await patient(body)() == "done"
    assert body.calls == 3


@pytest.mark.parametrize(
    "error",
    [
        OutcomeUnknown("sent, no answer"),
        InputError("bad"),
        ProviderRefused("no credit", status=402),
        OSError(),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_any_other_error_is_final(error: Exception) -> None:
    body = Flaky(error)
    with pytest.raises(type(error)):
        await patient(body)()
    assert body.calls == 1


async def test_retries_come_to_an_end() -> None:
    body = Flaky(*(ProviderBusy("later") for _ in range(9)))
    with pytest.raises(ProviderBusy):
        await patient(body)()
    assert body.calls == 4


async def test_retry_after_is_waited_out() -> None:
    start = time.monotonic()
    state: State[Any] = Failed(data=ProviderBusy("later", retry_after_s=0.2))
    assert await on(ProviderBusy)(None, TaskRun(task_key="t", dynamic_key="0"), state)
    assert time.monotonic() - start >= 0.2


async def test_a_step_says_when_it_starts_and_how_it_ends(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="vitrine")
    body = Flaky(PhotoError("too small"))
    with progress.bind_product("mug"), pytest.raises(PhotoError):
        await patient(body)()
    said = [
        (vars(r)["product"], vars(r)["step"], vars(r)["state"])
        for r in caplog.records
        if r.name == "vitrine.progress"
    ]
    assert said == [("mug", "flaky", "started"), ("mug", "flaky", "failed")]


def test_no_more_cpu_bodies_at_once_than_cores() -> None:
    lock, running, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1

    async def many() -> None:
        await asyncio.gather(*(on_cpu(work) for _ in range(4 * (os.cpu_count() or 1))))

    asyncio.run(many())
    asyncio.run(many())  # a second event loop has its own bound, and no trouble with the first one's
    assert 1 <= most <= (os.cpu_count() or 1)


async def test_what_runs_together_ends_together() -> None:
    ended = []

    async def slow() -> None:
        await asyncio.sleep(0.05)
        ended.append("slow")

    async def fails() -> None:
        raise PhotoError("no")

    with pytest.raises(PhotoError):
        await gather_steps(fails(), slow())
    assert ended == ["slow"]
    assert await gather_steps(asyncio.sleep(0, 1), asyncio.sleep(0, 2)) == [1, 2]


def test_importing_the_tasks_configures_no_logger() -> None:
    look = "import logging, tasks.policy; print(logging.getLogger('vitrine').level)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"


def test_progress_is_logged_unless_its_logger_has_a_level() -> None:
    logger = logging.getLogger("vitrine")
    before = logger.level
    try:
        for level, then in ((logging.NOTSET, logging.INFO), (logging.ERROR, logging.ERROR)):
            logger.setLevel(level)
            enable_progress_log()
            assert logger.level == then
    finally:
        logger.setLevel(before)


@pytest.mark.parametrize(
    ("level", "message", "kept"),
    [
        (logging.INFO, "Finished in state Completed()", False),
        (logging.ERROR, "Finished in state Failed('no')", True),
        (
            logging.INFO,
            "Task run failed with exception: no - Retry 1/3 will start 2 s from now",
            True,
        ),
    ],
)
def test_the_log_says_once_that_a_step_is_done(level: int, message: str, kept: bool) -> None:
    enable_progress_log()
    enable_progress_log()
    logger = logging.getLogger("prefect.task_runs")
    assert len(set(logger.filters)) == len(logger.filters)
    record = logger.makeRecord(logger.name, level, "f", 1, message, (), None)
    assert bool(logger.filter(record)) is kept


@pytest.mark.parametrize(("state", "kept"), [("started", False), ("note", True), ("done", True)])
def test_that_a_step_has_started_is_left_to_its_task_run(
    state: str, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    logger = logging.getLogger("vitrine")
    to_prefect, other = APILogHandler(), logging.NullHandler()
    monkeypatch.setattr(logger, "handlers", [to_prefect, other])
    enable_progress_log()
    enable_progress_log()
    record = logger.makeRecord(logger.name, logging.INFO, "f", 1, "mug", (), None, extra={"state": state})
    assert bool(to_prefect.filter(record)) is kept
    assert bool(other.filter(record)), "the terminal shows what is under way"
    assert len(to_prefect.filters) == 1
