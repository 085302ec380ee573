"""Atlases of xatlas that can be destroyed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import xatlas

THREADS = Path("/proc/self/task")
LONGEST_WAIT_S = 1.0
WAIT_WITHOUT_PROC_S = 0.005


@contextmanager
def new_atlas() -> Iterator[xatlas.Atlas]:
    """Yield an empty atlas, and leave once the threads of its own are asleep.

    The destructor of xatlas 0.0.11 notifies its threads without holding their mutex: one that is about to
    wait misses it, and is joined for ever, with the GIL held. A thread that is asleep is not missed.
    """
    before = _threads()
    atlas = xatlas.Atlas()
    own = _threads() - before
    try:
        yield atlas
    finally:
        deadline = time.monotonic() + LONGEST_WAIT_S
        if not own:  # no Linux
            time.sleep(WAIT_WITHOUT_PROC_S)
        while any(map(_runs, own)) and time.monotonic() < deadline:
            time.sleep(0.0001)


def _threads() -> set[str]:
    """The ids of this process's threads, those of C++ too."""
    with suppress(OSError):
        return {thread.name for thread in THREADS.iterdir()}
    return set()


def _runs(thread: str) -> bool:
    """Whether a thread is not asleep: its state, after the name in brackets, is not `S` (proc(5))."""
    with suppress(OSError):
        stat = (THREADS / thread / "stat").read_text()
        return not stat[stat.rindex(")") :].startswith(") S")
    return False
