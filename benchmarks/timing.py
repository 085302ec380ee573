"""Timing commands and function calls side by side."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 5


@dataclass(frozen=True)
class Duration:
    """Wall-clock time, and CPU time of all cores. Other work on the machine hardly changes the CPU time."""

    wall_s: float
    cpu_s: float


def time_commands(commands: Sequence[Sequence[str]], cores: int) -> Duration:
    """Run commands one after another on the first `cores` cores that this process may use.

    CPU time is that of `getrusage(2)`, in microseconds; `times(2)` counts whole ticks of 10 ms.
    """
    allowed = set(sorted(os.sched_getaffinity(0))[:cores])
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for command in commands:
        subprocess.run(
            command,
            check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, allowed),
        )
    wall_s, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    user_s = after.ru_utime - before.ru_utime
    system_s = after.ru_stime - before.ru_stime
    return Duration(wall_s, user_s + system_s)


def time_call(call: Callable[[], object]) -> Duration:
    """Run a function once in this process."""
    start, before = time.perf_counter(), time.process_time()
    call()
    return Duration(time.perf_counter() - start, time.process_time() - before)


def median_durations(runs: dict[str, Callable[[], Duration]], rounds: int = ROUNDS) -> dict[str, Duration]:
    """The median durations of each run over `rounds`.

    The runs alternate, so that other work on the machine affects all of them alike.
    """
    durations: dict[str, list[Duration]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            durations[name].append(run())
    return {
        name: Duration(
            statistics.median(d.wall_s for d in measured), statistics.median(d.cpu_s for d in measured)
        )
        for name, measured in durations.items()
    }
