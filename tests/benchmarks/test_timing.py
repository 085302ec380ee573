"""Durations of calls and commands, and their medians."""

from __future__ import annotations

import sys
import time

from benchmarks.timing import Duration, median_durations, time_call, time_commands


def test_a_sleep_takes_wall_clock_time_and_no_cpu_time() -> None:
    took = time_call(lambda: time.sleep(0.2))
    assert took.wall_s >= 0.2
    assert took.cpu_s < took.wall_s


def test_the_cpu_time_of_commands_is_counted() -> None:
    work = [sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass"]
    assert time_commands([work, work], 1).cpu_s >= 0.6


def test_runs_alternate_and_medians_are_returned() -> None:
    order = []

    def run(name: str, durations: list[float]) -> Duration:
        order.append(name)
        seconds = durations.pop(0)
        return Duration(seconds, 2 * seconds)

    times = {"a": [3.0, 1.0, 2.0], "b": [5.0, 5.0, 9.0]}
    medians = median_durations({name: lambda name=name: run(name, times[name]) for name in times}, rounds=3)
    assert order == ["a", "b"] * 3
    assert medians == {"a": Duration(2, 4), "b": Duration(5, 10)}
