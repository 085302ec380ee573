"""Remember what was just written, so that a server's older answer is not taken for the truth.

S3 itself shows a write at once (AWS, "Amazon S3 data consistency model"). Other servers, and caches in
front of them, answer for some seconds as if it had not happened. While an answer is a state that a write has
replaced, it is asked for again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from vitrine.clock import SYSTEM_BLOCKING_CLOCK, BlockingClock
from vitrine.errors import NotFound

T = TypeVar("T")

SHOWN_WITHIN_S = 10.0
"""How long an answer from before a write is not believed; afterwards the server's word counts."""
FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 1.0
KEYS = 4096
"""Keys that are remembered; the oldest are forgotten first."""


@dataclass(frozen=True, slots=True)
class _Replaced:
    """The states of an object, ETags or `None` for no object, that a write has replaced."""

    states: frozenset[str | None]
    until: float


class OwnWrites:
    """The last writes to the objects of one bucket. Thread-safe."""

    def __init__(self, clock: BlockingClock = SYSTEM_BLOCKING_CLOCK) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, str | None] = {}
        self._replaced: dict[str, _Replaced] = {}

    def written(self, key: str, etag: str) -> None:
        """Note that an object was written, whatever it was before."""
        with self._lock:
            before = frozenset({None, self._seen.get(key)})
            if key in self._replaced:
                before |= self._replaced[key].states
            self._remember(key, before - {etag})
            self._see(key, etag)

    def refused(self, key: str, expected: str | None) -> None:
        """Note that a conditional write was refused: the object is no longer what the condition expects."""
        with self._lock:
            known = self._replaced.get(key)
            if known is None or expected not in known.states:
                self._remember(key, frozenset({expected}) | (known.states if known else frozenset()))

    def deleted(self, key: str) -> None:
        """Forget an object."""
        with self._lock:
            self._seen.pop(key, None)
            self._replaced.pop(key, None)

    def ask(self, key: str, read: Callable[[], tuple[str | None, T]]) -> T:
        """Return what `read` returns beside the object's ETag, which is `None` where there is no object.

        While the answer is a state that was replaced less than `SHOWN_WITHIN_S` ago, it is asked for again.
        A `NotFound` that `read` raises counts as no object.
        """
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                etag, answer = read()
            except NotFound:
                if not self._is_outdated(key, None):
                    raise
            else:
                if not self._is_outdated(key, etag):
                    return answer
            self._clock.sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    def _is_outdated(self, key: str, state: str | None) -> bool:
        with self._lock:
            replaced = self._replaced.get(key)
            if replaced is not None and self._clock.now() >= replaced.until:
                del self._replaced[key]
                replaced = None
            if replaced is not None and state in replaced.states:
                return True
            self._see(key, state)
            return False

    def _see(self, key: str, state: str | None) -> None:
        self._seen.pop(key, None)
        self._seen[key] = state
        while len(self._seen) > KEYS:
            del self._seen[next(iter(self._seen))]

    def _remember(self, key: str, states: frozenset[str | None]) -> None:
        self._replaced.pop(key, None)
        self._replaced[key] = _Replaced(states, self._clock.now() + SHOWN_WITHIN_S)
        while len(self._replaced) > KEYS:
            del self._replaced[next(iter(self._replaced))]
