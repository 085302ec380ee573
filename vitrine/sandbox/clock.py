"""The service's own clock: it can be wrong, and a test can turn it forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Seconds since 1970 as this service sees them."""

    def __init__(self, *, skew_s: float = 0, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._ahead_s = skew_s

    def now(self) -> float:
        return self._now() + self._ahead_s

    def advance(self, seconds: float) -> None:
        """Turn the clock forward: queues move, jobs end, memories and links expire."""
        self._ahead_s += seconds


def timestamp(seconds: float | None) -> str | None:
    """`2026-11-20T19:55:00.123Z`"""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
