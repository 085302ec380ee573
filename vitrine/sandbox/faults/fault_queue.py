"""The queue of pending faults."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vitrine.sandbox.faults.fault import HEADER, Endpoint, Fault, read_faults


@dataclass(slots=True)
class _Pending:
    fault: Fault
    injected: int = 0
    started_at: float | None = None
    """When the first request failed, by the queue's clock."""
    passed: int = 0


class FaultQueue:
    """Pending faults in order. A request takes the first fault that matches it."""

    def __init__(
        self, faults: tuple[Fault, ...] = (), *, seed: int = 0, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._random = random.Random(seed)
        self._now = now
        self._pending: list[_Pending] = []
        self.add(faults)

    def add(self, faults: tuple[Fault, ...]) -> None:
        """Append faults to the queue."""
        self._pending += [_Pending(fault) for fault in faults]

    def clear(self) -> None:
        """Remove every pending fault."""
        self._pending = []

    @property
    def pending(self) -> list[Fault]:
        """The faults that are still in the queue, in order."""
        return [entry.fault for entry in self._pending]

    def take(self, on: Endpoint, provider: str, headers: Mapping[str, str]) -> Fault | None:
        """Return the fault for one request, or None. A fault in the request's header comes first.

        Raises `FaultError` when the header is not valid.
        """
        if (header := headers.get(HEADER)) is not None:
            for fault in read_faults(header):
                if fault.on in (on, "any"):
                    return fault
        self._pending = [entry for entry in self._pending if not self._is_over(entry)]
        for entry in self._pending:
            fault = entry.fault
            if fault.on not in (on, "any") or fault.provider not in (provider, "any"):
                continue
            if entry.passed < fault.after:
                entry.passed += 1
                continue
            if fault.probability < 1 and self._random.random() >= fault.probability:
                continue
            entry.injected += 1
            entry.started_at = self._now() if entry.started_at is None else entry.started_at
            if fault.times is not None and entry.injected >= fault.times:
                self._pending.remove(entry)
            return fault
        return None

    def _is_over(self, entry: _Pending) -> bool:
        duration_s = entry.fault.duration_s
        if duration_s is None or entry.started_at is None:
            return False
        return self._now() - entry.started_at >= duration_s
