"""Let a server write down everything it was told, before it is stopped."""

from __future__ import annotations

import logging
import time
from typing import NamedTuple

import httpx

logger = logging.getLogger("vitrine.prefect")

SEND_LIMIT_S = 30.0
"""How long a server with a busy database may take to accept what this process still holds."""
FINAL = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]


class Drained(NamedTuple):
    """How many task runs stand in the history, finished, and how many this process has started."""

    recorded: int
    started: int


def drain(url: str, *, patience_s: float = 5.0) -> Drained:
    """Send what this process still holds, and wait until the server has every task run on record.

    The server records in batches, up to a second late, and keeps what it has not written in memory only.
    Gives up once nothing more has been recorded for `patience_s` seconds: the runs that were interrupted
    have no end to record.
    """
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    from tasks.policy import task_runs_of

    APILogWorker.drain_all(timeout=SEND_LIMIT_S)
    EventsWorker.drain_all(timeout=SEND_LIMIT_S)
    started = task_runs_of.total()
    recorded, since = 0, time.monotonic()
    while recorded < started and time.monotonic() - since < patience_s:
        counted = _recorded(url, [str(run) for run in task_runs_of])
        if counted > recorded:
            recorded, since = counted, time.monotonic()
        if recorded < started:
            time.sleep(0.05)
    task_runs_of.clear()
    if recorded < started:
        logger.warning("%d of %d task runs are not in Prefect's history", started - recorded, started)
    return Drained(recorded, started)


def _recorded(url: str, flow_runs: list[str]) -> int:
    wanted = {
        "flow_runs": {"id": {"any_": flow_runs}},
        "task_runs": {"state": {"type": {"any_": FINAL}}},
    }
    try:
        answer = httpx.post(f"{url}/task_runs/count", json=wanted, timeout=30)
        return int(answer.raise_for_status().json())
    except httpx.HTTPError:  # its database is busy writing what we wait for
        return 0
