"""Shopify's throttle: a bucket of cost points that refills at a constant rate, one for each app and shop.

https://shopify.dev/docs/api/usage/limits: an answer states `requestedQueryCost` and `throttleStatus`
(`maximumAvailable`, `currentlyAvailable`, `restoreRate` a second).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vitrine.clock import SYSTEM_CLOCK, Clock

FALLBACK_S = 1.0
"""The pause after a throttled answer that does not say how full the bucket is."""
MARGIN = 0.1
"""More than the points that are missing, as other clients of the app take from the same bucket."""


class CostBucket:
    """What the last answers said about the bucket, and how long the next query has to wait for it."""

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self._costs: dict[str, float] = {}
        self._available = float("inf")
        self._restored_a_second = 0.0
        self._seen_at = 0.0

    def note(self, query: str, cost: object) -> None:
        """Note `extensions.cost` of an answer to the query of this name; anything else is ignored."""
        if not isinstance(cost, Mapping):
            return
        requested = _number(cost.get("requestedQueryCost"))
        status = cost.get("throttleStatus")
        if requested is not None:
            self._costs[query] = requested
        if isinstance(status, Mapping):
            available, rate = _number(status.get("currentlyAvailable")), _number(status.get("restoreRate"))
            if available is not None and rate:
                self._available, self._restored_a_second = available, rate
                self._seen_at = self._clock.now()

    def wait_s(self, query: str) -> float:
        """Seconds until the bucket has the points of the query; 0 while its cost is unknown."""
        missing = self._costs.get(query, 0.0) * (1 + MARGIN) - self._now_available()
        if missing <= 0 or not self._restored_a_second:
            return 0.0
        return missing / self._restored_a_second

    def _now_available(self) -> float:
        return self._available + (self._clock.now() - self._seen_at) * self._restored_a_second


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
