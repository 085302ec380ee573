"""Processor time and memory of a process and all that it started, from `/proc`."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu_seconds(pid: int) -> float:
    """Return the processor time of a process, of its living descendants and of those it has waited for.

    `getrusage` leaves out descendants that still run. The kernel counts in hundredths of a second.
    """
    return sum(sum(map(int, stat[11:15])) for _, stat in family(pid)) / TICKS_PER_S


def resident_mb(pid: int) -> float:
    """Return the memory that a process and its living descendants hold, 0 when it has ended."""
    return sum(int(stat[21]) for _, stat in family(pid)) * PAGE_MB


def kill(pid: int) -> None:
    """Kill a process and its living descendants."""
    for member in [member for member, _ in family(pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(member, signal.SIGKILL)


def family(pid: int) -> Iterator[tuple[int, list[str]]]:
    """Yield a process and its living descendants, with the fields of `/proc/PID/stat` from the state on.

    That is field 3 in proc(5).
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        children = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return
    yield pid, text.rpartition(")")[2].split()
    for child in " ".join(children).split():
        yield from family(int(child))
