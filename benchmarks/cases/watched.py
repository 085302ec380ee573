"""Run one function in a process of its own, with an end to its time and its memory."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

LIMIT_S = 10.0
LIMIT_MB = 1024.0
PATIENCE = 6.0
"""The process is killed after so many times its limit: the machine may be busy with other work."""
PRELOADED = ["benchmarks.cases.models", "benchmarks.cases.photos", "benchmarks.cases.feeds"]


@dataclass(frozen=True)
class Watched:
    """What came of it."""

    value: Any = None
    crash: str = ""
    """Why there is no value: an exception, a signal, the time or the memory."""
    seconds: float = 0.0
    """Of the whole process."""
    peak_mb: float = 0.0
    """Highest resident set that was seen."""


def run_watched(work: Callable[..., Any], *arguments: Any, limit_s: float = LIMIT_S) -> Watched:
    """Call `work(*arguments)` in a forked process and return its value; it must be picklable.

    The process ends after `PATIENCE` times `limit_s`, and when it holds more than `LIMIT_MB` above what
    it started with.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(sending, work, arguments), daemon=False)
    start = time.monotonic()
    process.start()
    sending.close()
    peak, first = 0.0, None
    value, crash = None, ""
    while not receiving.poll(0.05):
        now = _resident_mb(process.pid)
        first = now if first is None else first
        peak = max(peak, now - first)
        if time.monotonic() - start > PATIENCE * limit_s:
            crash = f"killed after {PATIENCE * limit_s:.0f} s"
        elif peak > LIMIT_MB:
            crash = f"killed at {peak:.0f} MB"
        if crash:
            process.kill()
            break
    if not crash:
        try:
            value, crash = receiving.recv()
        except EOFError:
            process.join()
            crash = f"the process died (exit code {process.exitcode})"
    process.join(5)
    return Watched(value, crash, time.monotonic() - start, peak)


def _work(sending: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        sending.send((work(*arguments), ""))
    # A case that breaks its own check is reported like any other.
    except BaseException as error:
        sending.send((None, f"{type(error).__name__}: {error}"))
    sending.close()
    os._exit(0)  # no thread of the library may keep the process alive


def _resident_mb(pid: int | None) -> float:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    for line in text.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
