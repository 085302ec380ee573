"""Send a Prefect server all records of this process, and wait until it has stored them if it is to stop."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, NamedTuple

import httpx

if TYPE_CHECKING:
    from tasks.run_count import RunCount

logger = logging.getLogger("vitrine.prefect")

SEND_TIMEOUT_S = 30.0
"""How long a server with a busy database may take to accept what this process still holds."""
FINAL = ["COMPLETED", "FAILED", "CRASHED", "CANCELLED"]


class Drained(NamedTuple):
    """How many task runs the server has recorded to their end, and how many this process has started."""

    recorded: int
    started: int


def drain(url: str, run_count: RunCount, *, wait: bool = True, patience_s: float = 5.0) -> Drained:
    """Send what this process still holds, then wait until the server has recorded the counted task runs.

    A server that goes on running records them without this `wait`. The server records in batches, up to a
    second late, and holds the rest in memory only. This gives up once nothing more has been recorded for
    `patience_s` seconds, as interrupted runs have no end to record.
    """
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all(timeout=SEND_TIMEOUT_S)
    EventsWorker.drain_all(timeout=SEND_TIMEOUT_S)
    started = run_count.total()
    if not wait:
        return Drained(0, started)
    recorded, since = 0, time.monotonic()
    while recorded < started and time.monotonic() - since < patience_s:
        counted = _recorded(url, [str(run) for run in run_count])
        if counted > recorded:
            recorded, since = counted, time.monotonic()
        if recorded < started:
            time.sleep(0.05)
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
    except httpx.HTTPError:  # the database is busy writing these runs
        return 0
