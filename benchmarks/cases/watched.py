"""Run one function in a process of its own, with an end to its processor time and its memory."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.cases.process_tree import cpu_seconds, kill, resident_mb

LIMIT_S = 10.0
LIMIT_MB = 1024.0
PATIENCE = 3.0
"""The process is killed after so many times its limit: judging what it made takes time too."""
WALL_PER_CPU = 20.0
"""It is killed, too, after so many times its limit of wall time: the machine may be busy with other work."""
PRELOADED = ["benchmarks.cases.models", "benchmarks.cases.photos", "benchmarks.cases.feeds"]


@dataclass(frozen=True)
class Watched:
    """What came of it."""

    value: Any = None
    crash: str = ""
    """Why there is no value: an exception, a signal, the time or the memory."""
    cpu_s: float = 0.0
    """Processor time of the process and of those it started."""
    wall_s: float = 0.0
    peak_mb: float = 0.0
    """Highest memory that was seen of them together, above what the process started with."""


def run_watched(work: Callable[..., Any], *arguments: Any, limit_s: float = LIMIT_S) -> Watched:
    """Call `work(*arguments)` in a forked process and return its value; it must be picklable.

    The process ends after `PATIENCE` times `limit_s` of processor time, `WALL_PER_CPU` times `limit_s` of
    wall time, and when it holds more than `LIMIT_MB` above what it started with.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sending, work, arguments), daemon=False)
    start = time.monotonic()
    process.start()
    sending.close()
    assert process.pid is not None
    peak, cpu_s, first = 0.0, 0.0, None
    value, crash = None, ""
    while not receiving.poll(0.05):
        now, cpu_s = resident_mb(process.pid), max(cpu_s, cpu_seconds(process.pid))
        first = now if first is None else first
        peak = max(peak, now - first)
        if cpu_s > PATIENCE * limit_s:
            crash = f"killed after {cpu_s:.1f} s of processor time"
        elif time.monotonic() - start > WALL_PER_CPU * limit_s:
            crash = f"killed after {WALL_PER_CPU * limit_s:.0f} s of wall time"
        elif peak > LIMIT_MB:
            crash = f"killed at {peak:.0f} MB"
        if crash:
            kill(process.pid)
            break
    if not crash:
        try:
            value, crash, cpu_s = receiving.recv()
        except EOFError:
            process.join()
            crash = f"the process died (exit code {process.exitcode})"
    process.join(5)
    return Watched(value, crash, cpu_s, time.monotonic() - start, peak)


def _work(sending: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        value, crash = work(*arguments), ""
    # A case that breaks its own check is reported like any other.
    except BaseException as error:
        value, crash = None, f"{type(error).__name__}: {error}"
    sending.send((value, crash, cpu_seconds(os.getpid())))
    sending.close()
    os._exit(0)  # no thread of the library may keep the process alive
