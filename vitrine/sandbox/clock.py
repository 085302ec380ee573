"""The sandbox's own clock: it can be wrong, and a test can advance it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Seconds since 1970, `skew_s` ahead of this machine's clock."""

    def __init__(self, *, skew_s: float = 0, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._ahead_s = skew_s

    def now(self) -> float:
        """The current time, in seconds since 1970."""
        return self._now() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Set the clock forward: queued jobs start, jobs end, old jobs and links expire."""
        self._ahead_s += seconds


def timestamp(seconds: float | None) -> str | None:
    """Seconds since 1970 as ISO 8601 in UTC with milliseconds: `2026-11-20T19:55:00.123Z`."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
