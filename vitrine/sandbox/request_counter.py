"""Counting requests by route, account and status."""

from __future__ import annotations

from collections import Counter, deque
from typing import Any


class RequestCounter:
    """Requests by route, account and status, and the most requests of each account in one minute."""

    def __init__(self) -> None:
        self.by_route: Counter[str] = Counter()
        self.by_account: Counter[str] = Counter()
        self.by_status: Counter[int] = Counter()
        self.downloads_with_key = 0
        self.busiest_minute: dict[str, int] = {}
        self._recent: dict[str, deque[float]] = {}

    def count(self, route: str, account: str, now: float) -> int:
        """Count one request; return the account's requests of the last minute, this one included."""
        self.by_route[route] += 1
        self.by_account[account] += 1
        recent = self._recent.setdefault(account, deque())
        while recent and recent[0] <= now - 60:
            recent.popleft()
        recent.append(now)
        self.busiest_minute[account] = max(self.busiest_minute.get(account, 0), len(recent))
        return len(recent)

    def retry_after_s(self, account: str, limit: int, now: float) -> float:
        """Seconds until the account is below `limit` requests a minute again; 0 when it is now."""
        recent = self._recent.get(account, deque())
        return max(0.0, recent[-limit] + 60 - now) if len(recent) >= limit else 0.0

    def report(self) -> dict[str, Any]:
        """All counts as a JSON object."""
        return {
            "total": sum(self.by_route.values()),
            "by_route": dict(sorted(self.by_route.items())),
            "by_status": {str(status): n for status, n in sorted(self.by_status.items())},
            "by_account": dict(self.by_account),
            "busiest_minute": dict(self.busiest_minute),
            "downloads_with_key": self.downloads_with_key,
        }
